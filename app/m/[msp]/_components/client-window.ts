import { formatDateTime, formatTime } from '@/components/format'
import type { Outputs } from '@/server/api/root'

type Window = Outputs['clients']['list']['rows'][number]['nextWindow']

/** "tonight 22:00", "now, until 11:00", "always open": when change may start next at a client. */
export function windowWords(window: Window, zone: string, now: Date): string | null {
  if (!window) return null
  if (window.isAlways) return 'always open'
  return window.opensAt <= now
    ? `now, until ${formatTime(window.closesAt, zone)}`
    : formatDateTime(window.opensAt, zone, now)
}
