'use client'
import { formatCount, formatDateTime, formatFullDateTime, plural } from '@/components/format'
import { DottedLine, PageHeader } from '@/components/page-header'
import { Status, StatusMark } from '@/components/status-mark'
import { LabPolicyTag } from '../../../_components/lab-policy-tag'
import { stateMarks } from '../../../_components/state-mark'
import { RolloutActions } from './rollout-actions'
import type { Rollout } from './view-types'

/** State, number, policy; title; what happened and what is next; what can be done. */
export function RolloutHead({ rollout }: { rollout: Rollout }) {
  const { mark, tone } = stateMarks[rollout.words.kind]
  const zone = rollout.client.timeZone
  return (
    <PageHeader
      over={
        <DottedLine
          facts={[
            <Status key="state" state={mark} tone={tone} word={rollout.words.short} size={14} isStrong />,
            <span key="number" className="mono">
              R-{rollout.number}
            </span>,
            `policy version ${rollout.policyVersion}, frozen ${formatFullDateTime(rollout.startedAt, zone, rollout.asOf)}`,
            rollout.isLab ? <LabPolicyTag key="lab" isLab /> : null,
          ]}
        />
      }
      title={`${rollout.title}, ${rollout.client.name}`}
      lead={rollout.lead.map((part, index) =>
        part.isStrong ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their order
          <strong key={index} className="font-key text-text">
            {part.text}
          </strong>
        ) : (
          part.text
        ),
      )}
      meta={
        rollout.stop && rollout.state === 'running' ? <StopLine stop={rollout.stop} rollout={rollout} /> : undefined
      }
      actions={<RolloutActions rollout={rollout} />}
    />
  )
}

/** "Stopped · 3 finishing · 2 unreachable until 14:20". */
function StopLine({ stop, rollout }: { stop: NonNullable<Rollout['stop']>; rollout: Rollout }) {
  const at = (moment: Date) => formatDateTime(moment, rollout.client.timeZone, rollout.asOf)
  const until = stop.unreachableUntil ? ` until ${at(stop.unreachableUntil)}` : ''
  return (
    <p className="flex items-center gap-2 text-body text-text-2">
      <StatusMark state="held" size={14} />
      <DottedLine
        facts={[
          <span key="stopped" className="font-key text-back">
            Stopped {at(stop.at)}
          </span>,
          stop.finishing > 0 ? `${formatCount(stop.finishing)} finishing` : 'nothing runs any more',
          stop.unreachable > 0 ? `${plural(stop.unreachable, 'unreachable', 'unreachable')}${until}` : null,
        ]}
      />
    </p>
  )
}
