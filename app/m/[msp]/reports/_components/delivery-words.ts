import { plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'

type Delivery = Outputs['reports']['list']['rows'][number]['delivery']

/** How far a report has gone out, in a few words; what went wrong comes first. */
export function deliveryWords(delivery: Delivery): string {
  if (!delivery) return 'not yet'
  const { sent, wanted, open, troubled, stopped } = delivery
  if (troubled > 0) return `${sent} of ${wanted}, ${troubled} in trouble`
  if (open > 0) return `${sent} of ${wanted}`
  if (wanted === 0 && stopped > 0) return 'stopped'
  return `to ${plural(sent, 'person', 'people')}`
}
