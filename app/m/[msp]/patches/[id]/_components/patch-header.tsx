import type { ReactNode } from 'react'
import { useMsp } from '@/app/_trpc/client'
import { formatAge, formatBytes, formatDate, plural } from '@/components/format'
import { Link } from '@/components/link'
import { DottedLine, PageHeader } from '@/components/page-header'
import { Status } from '@/components/status-mark'
import { Tag } from '@/components/ui/tag'
import { paths } from '@/server/paths'
import { LabPolicyTag } from '../../../_components/lab-policy-tag'
import { capital, describeStanding } from '../../_components/patch-words'
import type { PatchData } from './patch-types'

type PatchHeaderProps = {
  data: PatchData
  timeZone: string
  actions: ReactNode
  reason: { id: string; text: string } | null
}

const urgent = new Set(['critical', 'important'])

/** State, name and version, what kind of patch it is, and the buttons. */
export function PatchHeader({ data, timeZone, actions, reason }: PatchHeaderProps) {
  const { patch, standing, lackedSince, asOf } = data
  const { mark, word, tone } = describeStanding(standing)
  const isUndoable = data.undo.none + data.undo.snapshot === 0
  return (
    <PageHeader
      over={
        <DottedLine
          facts={[
            <Status key="state" state={mark} word={word} tone={tone} isStrong />,
            lackedSince
              ? `missing ${formatAge(lackedSince, asOf)}, since ${formatDate(lackedSince, timeZone, asOf)}`
              : null,
          ]}
        />
      }
      title={
        <span className="mono break-words">
          {patch.name} {patch.version}
        </span>
      }
      meta={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <span className="flex flex-wrap gap-1.5">
            <Tag>{capital(patch.classification)}</Tag>
            <Tag tone={urgent.has(patch.severity) ? 'fail' : 'plain'}>
              {patch.severity === 'unknown' ? 'Severity unknown' : capital(patch.severity)}
            </Tag>
            {data.clients.length > 0 ? (
              <Tag tone={isUndoable ? 'plain' : 'warn'}>
                {isUndoable ? 'Can be undone' : 'Cannot be undone everywhere'}
              </Tag>
            ) : null}
            <LabPolicyTag isLab={data.clients.some((client) => client.isLab)} />
          </span>
          <span className="text-body text-text-3">
            {ageLine(data, timeZone)}
            <DueLine data={data} timeZone={timeZone} />
            <Partners partners={data.partners} />
          </span>
        </div>
      }
      actions={actions}
      reason={reason}
    />
  )
}

function ageLine({ patch, asOf }: PatchData, timeZone: string): string {
  const age = patch.releasedAt
    ? `released ${formatDate(patch.releasedAt, timeZone, asOf)}`
    : `first seen here ${formatDate(patch.firstSeenAt, timeZone, asOf)}, no date from its maker`
  return patch.sizeBytes === null ? age : `${age}, ${formatBytes(patch.sizeBytes)} to download`
}

/** The earliest date of the clients that lack it, and where it is over. */
function DueLine({ data: { due, asOf }, timeZone }: { data: PatchData; timeZone: string }) {
  if (!due.firstAt) return null
  return (
    <>
      , first due {formatDate(due.firstAt, timeZone, asOf)}
      {due.pastDueDevices > 0 ? (
        <span className="text-fail">
          , past due on {plural(due.pastDueDevices, 'device', 'devices')} at{' '}
          {plural(due.pastDueClients, 'client', 'clients')}
        </span>
      ) : null}
    </>
  )
}

/** An update set goes in whole: its other members need their own approval. */
function Partners({ partners }: { partners: PatchData['partners'] }) {
  const { slug } = useMsp()
  if (partners.length === 0) return null
  return (
    <>
      , goes in only together with{' '}
      {partners.map((partner, place) => (
        <span key={partner.id}>
          {place > 0 ? ', ' : null}
          <Link href={paths.patch(slug, partner.id)} className="link mono">
            {partner.name} {partner.version}
          </Link>
        </span>
      ))}
    </>
  )
}
