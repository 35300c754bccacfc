import { formatCount, formatList } from '@/components/format'
import type { StripRing } from '@/components/ring-strip'
import type { Outputs } from '@/server/api/root'

type Ring = Outputs['rollouts']['list']['rows'][number]['rings'][number]

const stateOf: Record<Ring['phase'], StripRing['state']> = {
  'left-out': 'waiting',
  waiting: 'waiting',
  running: 'running',
  soaking: 'soaking',
  asking: 'done',
  passed: 'passed',
  failed: 'taken-back',
  skipped: 'waiting',
  stopped: 'waiting',
}
const gateOf: Record<Ring['phase'], NonNullable<StripRing['gate']>> = {
  'left-out': 'ahead',
  waiting: 'ahead',
  running: 'ahead',
  soaking: 'ahead',
  asking: 'asking',
  passed: 'passed',
  failed: 'failed',
  skipped: 'ahead',
  stopped: 'ahead',
}
const words: Record<Ring['phase'], string> = {
  'left-out': 'is left out',
  waiting: 'waits',
  running: 'is open',
  soaking: 'soaks',
  asking: 'waits for a person',
  passed: 'passed',
  failed: 'failed and was taken back',
  skipped: 'was not reached',
  stopped: 'was stopped',
}

/** The rings of a rollout as a strip, and the same in words. Rings that are left out of the plan are not drawn. */
export function ringStripOf(all: readonly Ring[]): { rings: StripRing[]; label: string } {
  const rings = all.filter((ring) => ring.phase !== 'left-out')
  const current = rings.findIndex((ring) => ['running', 'soaking', 'asking'].includes(ring.phase))
  return {
    rings: rings.map((ring, index) => ({
      name: ring.name,
      count: formatCount(ring.deviceCount),
      state: stateOf[ring.phase],
      share: ring.phase === 'soaking' ? ring.soakShare : ring.due === 0 ? 0 : (ring.proved + ring.failed) / ring.due,
      isCurrent: index === current,
      gate: index < rings.length - 1 ? gateOf[ring.phase] : undefined,
    })),
    label: formatList(
      rings.map((ring) => `${ring.name} ${words[ring.phase]}`),
      10,
    ),
  }
}
