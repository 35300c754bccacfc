import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatDate, plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { type DirectoryProvider, directoryNames, directoryProviders } from '@/server/msps/rules'
import { directorySchema } from '@/server/msps/schema'

type Listed = Outputs['settings']['get']['directories'][number]
type DirectoriesSectionProps = { directories: readonly Listed[]; reason: string | null; now: Date; timeZone: string }

const providerOf = (provider: string): DirectoryProvider | undefined =>
  directoryProviders.find((each) => each === provider)

/** Directories that vouch for people here. Being in one makes nobody a member: they are invited, and then link their account. */
export function DirectoriesSection({ directories, reason, now, timeZone }: DirectoriesSectionProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const remove = useMutation(
    trpc.settings.removeDirectory.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'Removed', detail: 'Who came in with it is out with their next request.' })
        return queryClient.invalidateQueries(trpc.settings.get.queryFilter())
      },
      onError: (error) => showToast({ title: 'Not removed', detail: error.message, isFailure: true }),
    }),
  )
  const columns: Column<Listed>[] = [
    {
      key: 'provider',
      head: 'Directory',
      isKey: true,
      narrow: 'title',
      cell: ({ provider }) => directoryNames[providerOf(provider) ?? 'google'].name,
    },
    {
      key: 'tenant',
      head: 'Tenant or domain',
      narrow: 'detail',
      cell: ({ tenant }) => <span className="mono break-all">{tenant}</span>,
    },
    { key: 'since', head: 'Since', cell: ({ addedAt }) => formatDate(addedAt, timeZone, now) },
    {
      key: 'remove',
      head: 'Remove',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: ({ provider, tenant }) => {
        const known = providerOf(provider)
        return reason === null && known ? (
          <Button
            size="sm"
            aria-label={`Remove ${tenant}`}
            isPending={remove.isPending && remove.variables.tenant === tenant}
            onClick={() => remove.mutate({ provider: known, tenant })}
          >
            Remove
          </Button>
        ) : null
      },
    },
  ]
  return (
    <section aria-labelledby="directories-head">
      <SectionHead
        id="directories-head"
        title="Directories"
        count={plural(directories.length, 'trusted', 'trusted')}
        isBare={directories.length > 0}
      />
      {directories.length > 0 ? (
        <DataTable
          caption="Trusted directories"
          columns={columns}
          rows={directories}
          rowKey={({ provider, tenant }) => `${provider} ${tenant}`}
        />
      ) : (
        <p className="py-3 text-body text-text-3">None: people sign in with a passkey, or a password and a code.</p>
      )}
      <p className="max-w-[620px] pt-3 text-detail text-text-3">
        Members whose account in one of these is linked may sign in with it. Being in it makes nobody a member.
      </p>
      {reason === null ? <AddDirectory /> : null}
    </section>
  )
}

function AddDirectory() {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [provider, setProvider] = useState<DirectoryProvider>('microsoft-entra-id')
  const [tenant, setTenant] = useState('')
  const [error, setError] = useState<string>()
  const words = directoryNames[provider]
  const add = useMutation(
    trpc.settings.addDirectory.mutationOptions({
      async onSuccess() {
        showToast({ title: `${words.name} is trusted`, detail: tenant.trim() })
        setTenant('')
        await queryClient.invalidateQueries(trpc.settings.get.queryFilter())
      },
    }),
  )
  const submit = () => {
    if (add.isPending) return
    const parsed = directorySchema.safeParse({ provider, tenant })
    setError(parsed.error?.issues[0]?.message)
    if (parsed.success) add.mutate(parsed.data)
  }
  return (
    <form
      noValidate
      className="flex max-w-[620px] flex-col gap-4 pt-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="grid gap-4 wide:grid-cols-[220px_minmax(0,1fr)]">
        <Field label="Directory">
          <Select
            value={provider}
            options={directoryProviders.map((each) => ({ value: each, label: directoryNames[each].name }))}
            onChange={(value) => {
              setProvider(providerOf(value) ?? provider)
              setError(undefined)
            }}
          />
        </Field>
        <Field label={words.tenant} error={error ?? add.error?.message}>
          <Input
            isMono
            value={tenant}
            placeholder={words.example}
            maxLength={253}
            autoComplete="off"
            onChange={(event) => setTenant(event.target.value)}
          />
        </Field>
      </div>
      <Button type="submit" className="self-start" isPending={add.isPending}>
        Trust this directory
      </Button>
    </form>
  )
}
