import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { Menu } from '@/components/ui/menu'
import { useToast } from '@/components/ui/toast'
import type { Can } from '@/server/can'
import { paths } from '@/server/paths'
import { ArchiveDialog } from './archive-dialog'
import { ChangeClientDialog } from './change-client-dialog'
import type { ClientPage } from './client-view'
import { EraseDialog } from './erase-dialog'

export const reasonOf = (can: Can) => (can.can ? null : can.reason)

/** The line that says why an archived client cannot come back now. */
export const restoreReasonId = 'restore-reason'

/** What may be done with a client: change, export, archive or restore, erase. */
export function ClientActions({ page }: { page: ClientPage }) {
  const { client, may } = page
  const { slug } = useMsp()
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [open, setOpen] = useState<'change' | 'archive' | 'erase' | null>(null)
  const close = () => setOpen(null)
  const exporting = useMutation(
    trpc.clients.checkExport.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'The export begins', detail: `All of ${client.name} as a zip. It stands in the audit log.` })
        window.location.assign(paths.clientExport(slug, client.id))
      },
      onError: (error) => showToast({ title: 'Not exported', detail: error.message, isFailure: true }),
    }),
  )
  const restore = useMutation(
    trpc.clients.restore.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({
          title: `${client.name} is back`,
          detail: 'With all that it had. Its enrolment tokens stay revoked.',
        })
      },
      onError: (error) => showToast({ title: 'Not restored', detail: error.message, isFailure: true }),
    }),
  )
  return (
    <>
      {client.archivedAt ? null : <ButtonLink href={paths.devices(slug, { client: client.id })}>Devices</ButtonLink>}
      <Button
        icon={<Download size={14} aria-hidden />}
        disabledReason={reasonOf(may.export)}
        isPending={exporting.isPending}
        onClick={() => exporting.mutate({ clientId: client.id })}
      >
        Export
      </Button>
      {client.archivedAt ? (
        <Button
          variant="primary"
          disabledReason={reasonOf(may.restore)}
          reasonPlacement="none"
          reasonId={restoreReasonId}
          isPending={restore.isPending}
          onClick={() => restore.mutate({ clientId: client.id })}
        >
          Restore
        </Button>
      ) : null}
      <span className="max-wide:flex-none!">
        <Menu
          label={`More for ${client.name}`}
          isIconOnly
          trigger={<Ellipsis size={16} aria-hidden />}
          entries={[
            { label: 'Name and time zone…', onSelect: () => setOpen('change'), disabledReason: reasonOf(may.change) },
            'line',
            { label: 'Archive…', onSelect: () => setOpen('archive'), disabledReason: reasonOf(may.archive) },
            { label: 'Erase…', isDanger: true, onSelect: () => setOpen('erase'), disabledReason: reasonOf(may.erase) },
          ]}
        />
      </span>
      {open === 'change' ? <ChangeClientDialog page={page} onClose={close} /> : null}
      {open === 'archive' ? <ArchiveDialog page={page} onClose={close} /> : null}
      {open === 'erase' ? <EraseDialog page={page} onClose={close} /> : null}
    </>
  )
}
