'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { FactsList } from '@/components/facts-list'
import { formatCount, formatDate, formatList, plural } from '@/components/format'
import { Link } from '@/components/link'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import { ButtonLink } from '@/components/ui/button-link'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import type { Policy } from '@/server/policies/schema'
import {
  isRuleOn,
  membersWords,
  sectionWords,
  soakWords,
  spanWords,
  startWords,
  windowWords,
} from '@/server/policy-words/rules'
import { DownloadCsv } from '../../_components/download-csv'
import { LabPolicyTag } from '../../_components/lab-policy-tag'
import { standardSegment } from './policy-address'

type Policies = Outputs['policies']['list']
type Own = Policies['own'][number]

/** The standard, and where a client differs from it. */
export function PoliciesView() {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.policies.list.queryOptions())
  const { own, following, standard, standardName } = data
  return (
    <>
      <PageHeader
        title="Policies"
        lead={
          own.length === 0
            ? `Every client follows ${standardName}.`
            : `${plural(own.length, 'client differs', 'clients differ')} from ${standardName}, ${following.length === 0 ? 'none follows it as it is' : plural(following.length, 'client follows it', 'clients follow it')}.`
        }
        actions={<DownloadCsv list="policies" />}
      />
      <section aria-labelledby="standard">
        <SectionHead
          id="standard"
          title={standardName}
          count={versionWords(data)}
          aside={
            <ButtonLink href={paths.policy(slug, standardSegment)}>
              {data.canSaveStandard.can ? 'Change the standard' : 'See the standard'}
            </ButtonLink>
          }
        />
        <div className="pt-3">
          <FactsList isPair facts={factsOf(standard.policy)} />
        </div>
      </section>
      <section aria-labelledby="own">
        <SectionHead id="own" isBare={own.length > 0} title="Clients that differ" count={formatCount(own.length)} />
        {own.length > 0 ? (
          <DataTable
            caption="Clients with values of their own"
            columns={columns(data)}
            rows={own}
            rowKey={(row) => row.id}
            rowHref={(row) => paths.policy(slug, row.id)}
            lines={2}
          />
        ) : (
          <p className="pt-3 text-text-3">
            No client sets anything itself. Open one below to change what differs there.
          </p>
        )}
      </section>
      {following.length > 0 ? (
        <section aria-labelledby="following">
          <SectionHead id="following" title={`Follow ${standardName}`} count={formatCount(following.length)} />
          <ul className="flex flex-wrap gap-x-6 gap-y-2 pt-3 max-wide:gap-y-6">
            {following.map((client) => (
              <li key={client.id}>
                <Link className="link reach" href={paths.policy(slug, client.id)}>
                  {client.name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}

function versionWords({ standard, zone, asOf }: Policies): string {
  if (standard.version === 0) return 'as delivered'
  return `version ${standard.version}${standard.since ? `, since ${formatDate(standard.since, zone, asOf)}` : ''}${standard.savedBy ? `, by ${standard.savedBy}` : ''}`
}

/** A policy in few lines. */
function factsOf(policy: Policy) {
  return [
    ...policy.rings.map((ring) => ({
      label: ring.name,
      value: [
        membersWords(ring),
        ring.deferralMs > 0 ? `${spanWords(ring.deferralMs)} after release` : 'at once',
        windowWords(ring.window),
        `soaks ${soakWords(ring.soakMs, policy.workingHours !== null)}${policy.workingHours ? ' of working hours' : ''}`,
      ].join(' · '),
    })),
    { label: 'Due', value: `${plural(policy.dueDays, 'day', 'days')} after release` },
    { label: 'Starts', value: startWords(policy.startRule) },
    { label: 'Approval rules', value: formatCount(policy.approvalRules.filter(isRuleOn).length) },
  ]
}

function columns({ zone, asOf, standardName }: Policies): Column<Own>[] {
  return [
    {
      key: 'name',
      head: 'Client',
      isKey: true,
      narrow: 'title',
      width: '28%',
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-x-2">
          {row.name} <LabPolicyTag isLab={row.isLab} />
        </span>
      ),
    },
    {
      key: 'sections',
      head: `Differs from ${standardName} in`,
      narrow: 'detail',
      cell: (row) => {
        const words = formatList(
          row.sections.map((section) => sectionWords[section]),
          4,
        )
        return words.charAt(0).toUpperCase() + words.slice(1)
      },
    },
    {
      key: 'version',
      head: 'Version',
      align: 'right',
      width: '80px',
      narrow: 'trailing',
      cell: (row) => formatCount(row.version),
    },
    {
      key: 'since',
      head: 'Since',
      width: '120px',
      cell: (row) => (row.since ? formatDate(row.since, zone, asOf) : ''),
    },
    { key: 'by', head: 'Saved by', width: '160px', cell: (row) => row.savedBy ?? '' },
  ]
}
