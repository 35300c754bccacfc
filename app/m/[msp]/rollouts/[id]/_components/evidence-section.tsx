'use client'
import type { ReactNode } from 'react'
import { EvidenceLegend } from '@/components/evidence-meter'
import { formatCount } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { tableRoles } from '@/components/table-style'
import { evidenceColumns } from './evidence-columns'
import { EvidenceRow } from './evidence-row'
import { gateRuleWords } from './evidence-words'
import type { Rollout } from './view-types'

/** The evidence behind each gate: a row a patch, a meter a ring. */
export function EvidenceSection({ rollout }: { rollout: Rollout }) {
  const rings = rollout.rings.filter((ring) => ring.phase !== 'left-out')
  const current = rings.find((ring) => ring.position === rollout.currentPosition)
  const firstAsking = rollout.patches.find((patch) => patch.gates.some((gate) => gate.isAsking))
  return (
    <section aria-labelledby="evidence">
      <SectionHead
        id="evidence"
        title={
          <>
            <span className="max-wide:hidden">Evidence behind each gate</span>
            <span className="wide:hidden">Evidence in {current?.name ?? 'the rings'}</span>
          </>
        }
        count={<span className="max-wide:hidden">per patch</span>}
        aside={
          <>
            <span className="max-wide:hidden">
              <EvidenceLegend kinds={['succeeded', 'rolled-back', 'failed', 'pending-reboot', 'silent', 'to-report']} />
            </span>
            <span className="text-detail wide:hidden">
              {current ? gateRuleWords(current, rollout.patches, rollout) : null}
            </span>
          </>
        }
      />
      <div className="overflow-x-auto">
        <table
          {...tableRoles.table}
          aria-label="Evidence for each patch in each ring"
          className="block w-full wide:min-w-[760px]"
        >
          <thead {...tableRoles.body} className="block max-wide:sr-only">
            <tr
              {...tableRoles.row}
              style={{ gridTemplateColumns: evidenceColumns(rings, rollout.currentPosition) }}
              className="grid min-h-8 items-center gap-x-6 border-line border-b py-1.5 text-left text-detail text-text-3"
            >
              <HeadCell>Patch</HeadCell>
              {rings.map((ring) => {
                const rule = gateRuleWords(ring, rollout.patches, rollout)
                return (
                  <HeadCell key={ring.position}>
                    {ring.name}, {formatCount(ring.deviceCount)}
                    {rule ? `: ${rule}` : ''}
                  </HeadCell>
                )
              })}
              <HeadCell>Verdict</HeadCell>
            </tr>
          </thead>
          <tbody {...tableRoles.body} className="block">
            {rollout.patches.map((patch) => (
              <EvidenceRow
                key={patch.id}
                patch={patch}
                rings={rings}
                rollout={rollout}
                isFirstQuestion={patch.id === firstAsking?.id}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function HeadCell({ children }: { children: ReactNode }) {
  return (
    <th scope="col" {...tableRoles.head} className="font-head">
      {children}
    </th>
  )
}
