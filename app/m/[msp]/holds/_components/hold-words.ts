import { plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'

export type HoldLine = Outputs['holds']['list']['rows'][number]

/** Who or what set it: "Gate of Test, R-12", "The breaker", "Ada". */
export function setterWords(hold: HoldLine): string {
  switch (hold.source) {
    case 'gate':
      return hold.rollout ? `${hold.setBy}, R-${hold.rollout.number}` : hold.setBy
    case 'breaker':
      return 'The breaker'
    case 'person':
      return hold.setBy
  }
}

export const scopeWords = (hold: HoldLine) => hold.client?.name ?? 'All clients'

/** What must happen before anybody gets it again, or why this person cannot lift it. */
export function liftWords(hold: Pick<HoldLine, 'source' | 'canLift'>): string {
  if (!hold.canLift.can) return hold.canLift.reason
  return hold.source === 'breaker' ? 'A person; the breaker then counts anew' : 'A person, with a reason'
}

export const reachWords = (hold: HoldLine) => `${plural(hold.devices, 'device lacks', 'devices lack')} it`
