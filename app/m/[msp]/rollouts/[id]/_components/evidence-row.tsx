'use client'
import { useMsp } from '@/app/_trpc/client'
import { cn } from '@/components/cn'
import { EvidenceMeter } from '@/components/evidence-meter'
import { formatDate, formatList } from '@/components/format'
import { Link } from '@/components/link'
import { toneText } from '@/components/mark-state'
import { StatusMark } from '@/components/status-mark'
import { tableRoles } from '@/components/table-style'
import { Tag } from '@/components/ui/tag'
import { paths } from '@/server/paths'
import { evidenceColumns } from './evidence-columns'
import { aheadWords, evidenceSentence, gateWords, patchVerdict, undoWords } from './evidence-words'
import { GateQuestion } from './gate-question'
import type { Gate, Patch, Ring, Rollout } from './view-types'

type EvidenceRowProps = {
  patch: Patch
  rings: readonly Ring[]
  rollout: Rollout
  /** Only the first question of the page has the primary button. */
  isFirstQuestion: boolean
}

/** One patch: what it is, its evidence in each ring, how it stands. */
export function EvidenceRow({ patch, rings, rollout, isFirstQuestion }: EvidenceRowProps) {
  const asking = patch.gates.find((gate) => gate.isAsking)
  return (
    <tr
      {...tableRoles.row}
      style={{ gridTemplateColumns: evidenceColumns(rings, rollout.currentPosition) }}
      className="min-h-[84px] items-start gap-x-6 gap-y-3 border-line border-b py-4 max-wide:flex max-wide:flex-wrap max-wide:gap-x-4 wide:grid"
    >
      <PatchCell patch={patch} rollout={rollout} />
      {rings.map((ring) => (
        <RingCell key={ring.position} patch={patch} ring={ring} rollout={rollout} />
      ))}
      <VerdictCell patch={patch} rollout={rollout} />
      {asking ? (
        <td {...tableRoles.cell} className="col-span-full max-wide:order-3 max-wide:w-full">
          <GateQuestion patch={patch} gate={asking} rollout={rollout} isPrimary={isFirstQuestion} />
        </td>
      ) : null}
    </tr>
  )
}

function PatchCell({ patch, rollout }: { patch: Patch; rollout: Rollout }) {
  const { slug } = useMsp()
  const tags = [
    patch.classification.charAt(0).toUpperCase() + patch.classification.slice(1),
    ...(patch.dueAt ? [`Due ${formatDate(patch.dueAt, rollout.client.timeZone, rollout.asOf)}`] : []),
  ]
  const isHard = patch.undo.none > 0
  return (
    <th scope="row" {...tableRoles.key} className="block min-w-0 text-left font-normal max-wide:flex-1">
      <p className="font-key text-text">
        <Link href={paths.patch(slug, patch.id)} className="reach text-text hover:underline">
          {patch.name} <span className="mono font-normal text-text-2">{patch.version}</span>
        </Link>
      </p>
      {patch.fromVersions.length > 0 ? (
        <p className="text-detail text-text-3">
          from <span className="mono">{formatList(patch.fromVersions)}</span>
        </p>
      ) : null}
      <p className="flex flex-wrap gap-1.5 pt-1.5">
        {tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {undoWords(patch).map((words) => (
          <Tag key={words} tone={isHard && words.startsWith('Cannot') ? 'warn' : 'plain'}>
            {words}
          </Tag>
        ))}
      </p>
    </th>
  )
}

const ahead: ReadonlySet<Gate['verdict']> = new Set(['waiting', 'skipped'])

function RingCell({ patch, ring, rollout }: { patch: Patch; ring: Ring; rollout: Rollout }) {
  const gate = patch.gates.find((one) => one.position === ring.position)
  const hasEvidence = gate && gate.due > 0 && !ahead.has(gate.verdict)
  const words = gate && hasEvidence ? gateWords(gate, ring, rollout) : null
  return (
    // Narrow screens show the ring at work; the others stand in the rail above.
    <td
      {...tableRoles.cell}
      className={cn(
        'min-w-0 max-wide:order-2 max-wide:w-full',
        ring.position !== rollout.currentPosition && 'max-wide:hidden',
      )}
    >
      {gate && hasEvidence ? (
        <EvidenceMeter
          evidence={gate.evidence}
          needed={gate.provedNeeded}
          sentence={evidenceSentence(gate)}
          verdict={
            words ? (
              <span className={`inline-flex items-center gap-1.5 font-key max-wide:hidden ${toneText[words.tone]}`}>
                <StatusMark state={words.mark} size={13} />
                {words.word}
              </span>
            ) : null
          }
        />
      ) : gate ? (
        <AheadCell gate={gate} patch={patch} ring={ring} rollout={rollout} />
      ) : null}
    </td>
  )
}

function AheadCell({ gate, patch, ring, rollout }: { gate: Gate; patch: Patch; ring: Ring; rollout: Rollout }) {
  const { mark, lines } = aheadWords(gate, patch, ring, rollout)
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2 text-detail text-text-2">
      <StatusMark state={mark} size={14} />
      <div>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  )
}

function VerdictCell({ patch, rollout }: { patch: Patch; rollout: Rollout }) {
  const verdict = patchVerdict(patch, rollout)
  return (
    // On narrow screens it stands beside the name, and speaks for the gate too.
    <td
      {...tableRoles.cell}
      className="grid grid-cols-[16px_minmax(0,1fr)] content-start gap-x-2 max-wide:order-1 max-wide:max-w-[46%]"
    >
      <StatusMark state={verdict.mark} size={14} className="mt-[3px]" />
      <div>
        <p className={`font-key ${toneText[verdict.tone]}`}>{verdict.word}</p>
        <p className="text-detail text-text-3">{verdict.detail}</p>
      </div>
    </td>
  )
}
