'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { TwoColumns } from '@/components/app-shell'
import { FactsList } from '@/components/facts-list'
import { formatCount, formatDate, plural } from '@/components/format'
import { Link } from '@/components/link'
import { DottedLine, PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { Tag } from '@/components/ui/tag'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { ClientActions, restoreReasonId } from './client-actions'
import { DueDatesSection } from './due-dates-section'
import { ErasureNotice } from './erasure-notice'
import { LeftSection } from './left-section'
import { SitesSection } from './sites-section'

export type ClientPage = Outputs['clients']['get']

/** One client: its sites, its groups, the devices that left it, and what may be done with all of it. */
export function ClientView({ clientId }: { clientId: string }) {
  const trpc = useTrpc()
  const { data: page } = useSuspenseQuery(trpc.clients.get.queryOptions({ clientId }))
  const { client, may } = page
  return (
    <>
      <PageHeader
        title={client.name}
        lead={leadOf(page)}
        meta={
          <DottedLine
            className="text-body text-text-2"
            facts={[
              client.timeZone,
              `client since ${formatDate(client.createdAt, client.timeZone, page.asOf)}`,
              client.archivedAt ? <Tag key="archived">Archived</Tag> : null,
            ]}
          />
        }
        actions={<ClientActions page={page} />}
        reason={client.archivedAt && !may.restore.can ? { id: restoreReasonId, text: may.restore.reason } : null}
      />
      <ErasureNotice page={page} />
      <TwoColumns aside={<ClientAside page={page} />}>
        <SitesSection page={page} />
        <DueDatesSection page={page} />
        <LeftSection page={page} />
      </TwoColumns>
    </>
  )
}

function leadOf({ client, devices, running, asOf }: ClientPage): string {
  if (client.archivedAt)
    return `Archived ${formatDate(client.archivedAt, client.timeZone, asOf)}: in no list and no count, and nothing starts here.`
  const runs = running > 0 ? ` ${plural(running, 'rollout runs', 'rollouts run')}.` : ''
  return `${plural(devices, 'device', 'devices')}.${runs}`
}

function ClientAside({ page }: { page: ClientPage }) {
  const { slug } = useMsp()
  const { client, devices, retired, running, groups } = page
  const linked = (text: string, href: string) => (
    <Link className="link" href={href}>
      {text}
    </Link>
  )
  const isOut = client.archivedAt !== null
  return (
    <>
      <section aria-labelledby="where-head">
        <SectionHead id="where-head" title="At a glance" />
        <FactsList
          className="pt-3"
          facts={[
            {
              label: 'Devices',
              value: isOut
                ? formatCount(devices)
                : linked(formatCount(devices), paths.devices(slug, { client: client.id })),
            },
            ...(retired > 0 ? [{ label: 'Retired', value: formatCount(retired) }] : []),
            {
              label: 'Rollouts under way',
              value: isOut
                ? formatCount(running)
                : linked(formatCount(running), paths.rollouts(slug, { client: client.id })),
            },
            ...(isOut
              ? []
              : [
                  { label: 'Policy', value: linked('Open', paths.policy(slug, client.id)) },
                  { label: 'Audit log', value: linked('Open', paths.audit(slug, { client: client.id })) },
                ]),
          ]}
        />
      </section>
      <section aria-labelledby="groups-head">
        <SectionHead id="groups-head" title="Groups" aside={linked('All groups', paths.clientGroups(slug))} />
        {groups.length === 0 ? (
          <p className="pt-3 text-body text-text-3">In no group.</p>
        ) : (
          <ul className="flex flex-wrap gap-2 pt-3">
            {groups.map((group) => (
              <li key={group.id}>
                <Tag>{group.name}</Tag>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
