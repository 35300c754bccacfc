import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { CountCell, DataTable } from '@/components/data-table'
import { formatCount } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { reasonOf } from './client-actions'
import type { ClientPage } from './client-view'
import { SiteDialog } from './site-dialog'

type Site = ClientPage['sites'][number]

/** Where the devices of the client stand. */
export function SitesSection({ page }: { page: ClientPage }) {
  const { client, sites, may } = page
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [edited, setEdited] = useState<Site | 'new' | null>(null)
  const remove = useMutation(
    trpc.sites.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({ title: 'Site removed' })
      },
      onError: (error) => showToast({ title: 'Not removed', detail: error.message, isFailure: true }),
    }),
  )
  const columns: Column<Site>[] = [
    { key: 'name', head: 'Site', isKey: true, narrow: 'title', cell: (site) => site.name },
    {
      key: 'devices',
      head: 'Devices',
      align: 'right',
      width: '96px',
      narrow: 'detail',
      cell: (site) => (
        <>
          <CountCell count={formatCount(site.devices)} />
          <span className="wide:hidden"> {site.devices === 1 ? 'device' : 'devices'}</span>
        </>
      ),
    },
    {
      key: 'actions',
      width: '200px',
      head: 'What to do',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: (site) =>
        may.sites.can ? (
          <span className="inline-flex gap-2">
            <Button size="sm" aria-label={`Rename ${site.name}`} onClick={() => setEdited(site)}>
              Rename
            </Button>
            {site.isEmpty && sites.length > 1 ? (
              <Button
                size="sm"
                aria-label={`Remove ${site.name}`}
                isPending={remove.isPending && remove.variables.siteId === site.id}
                onClick={() => remove.mutate({ siteId: site.id })}
              >
                Remove
              </Button>
            ) : null}
          </span>
        ) : null,
    },
  ]
  return (
    <section aria-labelledby="sites-head">
      <SectionHead
        id="sites-head"
        title="Sites"
        isBare
        aside={
          client.archivedAt ? null : (
            <Button
              size="sm"
              icon={<Plus size={14} aria-hidden />}
              disabledReason={reasonOf(may.sites)}
              onClick={() => setEdited('new')}
            >
              Add a site
            </Button>
          )
        }
      />
      <DataTable caption={`Sites of ${client.name}`} columns={columns} rows={sites} rowKey={(site) => site.id} />
      {edited ? (
        <SiteDialog clientId={client.id} site={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      ) : null}
    </section>
  )
}
