'use client'
import { useMsp } from '@/app/_trpc/client'
import { formatUntil, plural } from '@/components/format'
import { Link } from '@/components/link'
import { toneText } from '@/components/mark-state'
import { RingStrip } from '@/components/ring-strip'
import { SectionHead } from '@/components/section-head'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { LabPolicyTag } from '../../_components/lab-policy-tag'
import { ringStripOf } from '../../_components/ring-strip-of'
import { stateMarks } from '../../_components/state-mark'

/** A soak that ends sooner is told by the sentence itself: "Soaks 13 s more". */
const toldInWordsMs = 3_600_000

type Running = Outputs['overview']['get']['running']
type Rollout = Running['rows'][number]

/** The rollouts that run now, each with its rings. */
export function InFlight({ running, asOf }: { running: Running; asOf: Date }) {
  const { slug } = useMsp()
  return (
    <section aria-labelledby="in-flight">
      <SectionHead
        id="in-flight"
        title="In flight"
        count={running.count > 0 ? plural(running.count, 'rollout', 'rollouts') : undefined}
        aside={
          <Link className="link reach" href={paths.rollouts(slug)}>
            All rollouts
          </Link>
        }
      />
      {running.count === 0 ? (
        <p className="border-line border-b py-4 text-text-3">
          No rollout runs now. One starts by itself when an approved patch is missing.
        </p>
      ) : (
        <ul>
          {running.rows.map((rollout) => (
            <RolloutItem key={rollout.id} rollout={rollout} asOf={asOf} />
          ))}
        </ul>
      )}
      {running.count > running.rows.length ? (
        <p className="pt-3 text-detail text-text-3">{`${running.rows.length} of ${running.count} shown`}</p>
      ) : null}
    </section>
  )
}

function RolloutItem({ rollout, asOf }: { rollout: Rollout; asOf: Date }) {
  const { slug } = useMsp()
  const { tone } = stateMarks[rollout.words.kind]
  const isLoud = tone === 'warn' || tone === 'back'
  const soaking = rollout.rings.find((ring) => ring.phase === 'soaking')
  return (
    <li className="border-line border-b py-3">
      <p className="flex flex-wrap items-baseline gap-x-2 pb-2.5">
        <Link href={paths.rollout(slug, rollout.id)} className="reach font-key text-text hover:underline">
          {rollout.client.name}
        </Link>
        <span className="min-w-0 truncate text-text-3">{rollout.title}</span>
        <LabPolicyTag isLab={rollout.isLab} />
      </p>
      <RingStrip {...ringStripOf(rollout.rings)} />
      <p className="flex flex-wrap justify-between gap-x-3 pt-2">
        <span className={isLoud ? `font-key ${toneText[tone]}` : 'text-text-2'}>{rollout.words.sentence}</span>
        <span className="text-text-3">
          {soaking?.soakEndsAt && soaking.soakEndsAt.getTime() - asOf.getTime() > toldInWordsMs
            ? `gate ${formatUntil(soaking.soakEndsAt, asOf)}`
            : `R-${rollout.number}`}
        </span>
      </p>
    </li>
  )
}
