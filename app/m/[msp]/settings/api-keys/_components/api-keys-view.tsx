'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { CopyBlock } from '@/components/ui/copy-block'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import type { ListApiKeys } from '@/server/api-keys/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../../_components/download-csv'
import { CreateKeyButton, CreateKeyDialog } from './create-key'
import { KeysTable } from './keys-table'

const steps = [
  {
    title: 'Choose what it may do',
    text: 'Only what you may do yourself, for your clients, and nothing that wants a person.',
  },
  { title: 'Copy it once', text: 'It is stored nowhere. Whoever has it acts in your name.' },
  {
    title: 'It ends by itself',
    text: 'After a year at the latest, and at once when you are suspended or lose the right.',
  },
]

/** The keys one may see, what each may do, when it was used and when it ends. `address`: where programs ask. */
export function ApiKeysView({ input, address }: { input: ListApiKeys; address: string }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.apiKeys.list.queryOptions(input))
  const { rows: keys, next } = data
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [isMaking, setMaking] = useState(false)
  const button = <CreateKeyButton session={session} onPress={() => setMaking(true)} />
  const example = (
    <CopyBlock
      text={`curl -H "Authorization: Bearer $PATCHWARD_KEY" ${address}/devices`}
      copyLabel="Copy"
      foot={<Description address={address} />}
    />
  )
  const usable = keys.filter((key) => key.state === 'usable' && !key.isSuspended).length
  const isPart = Boolean(input.after ?? next)
  return (
    <>
      {keys.length === 0 ? (
        <EmptyState
          level={1}
          title="No API keys yet"
          lead="A key lets a program read your fleet and decide about patches, with rights of yours."
          steps={steps}
          stepsFoot="A key never signs in to the console, and a session never opens the API."
        >
          <div className="flex flex-col items-start gap-5 [&>div]:w-full">
            {button}
            {example}
          </div>
        </EmptyState>
      ) : (
        <>
          <PageHeader
            title={isPart ? 'API keys' : plural(keys.length, 'API key', 'API keys')}
            lead={`${worksWords(usable, keys.length, isPart)}. A key never may more than its person may at that moment.`}
            actions={
              <>
                <DownloadCsv list="api-keys" />
                {button}
              </>
            }
          />
          <section aria-label="API keys">
            <KeysTable
              keys={keys}
              timeZone={session.timeZone}
              mayRevoke={session.permissions.includes('api-key:revoke')}
            />
            {isPart ? (
              <Pagination
                summary={`${plural(keys.length, 'key', 'keys')} in view`}
                newerHref={input.after ? paths.apiKeys(slug) : null}
                olderHref={next ? paths.apiKeys(slug, { after: next }) : null}
                newerLabel="Newest"
                olderLabel="Older"
              />
            ) : null}
          </section>
          <section aria-label="How programs ask">{example}</section>
        </>
      )}
      <CreateKeyDialog session={session} isOpen={isMaking} onOpenChange={setMaking} />
    </>
  )
}

function worksWords(usable: number, shown: number, isPart: boolean): string {
  if (isPart) return `${usable} of ${plural(shown, 'key', 'keys')} in view ${usable === 1 ? 'works' : 'work'}`
  return usable === 0 ? 'None works any more' : plural(usable, 'works', 'work')
}

function Description({ address }: { address: string }) {
  return (
    <span>
      Every route and its form:{' '}
      <a href={`${address}/openapi.json`} className="link">
        openapi.json
      </a>
    </span>
  )
}
