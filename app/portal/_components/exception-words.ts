import { formatDateTime, formatList, formatTime, plural } from '@/components/format'
import { sayDay } from '@/server/exceptions/rules'
import type { Portal } from './portal-header'

export type PortalException = Portal['exceptions']['toSignOff'][number]

/** "lab-svc 2.0", "every version of lab-svc". */
export const whatWords = ({ isAllVersions, patch }: PortalException) =>
  isAllVersions ? `every version of ${patch.name}` : `${patch.name} ${patch.version}`

/** "on ws-12", "on all your 12 computers", "on 3 computers marked till". */
export function whereWords({ hostName, tag, computers }: PortalException): string {
  if (hostName !== null) return `on ${hostName}`
  const count = plural(computers, 'computer', 'computers')
  if (tag === null && computers === 1) return 'on your computer'
  return tag === null ? `on all your ${count}` : `on ${count} marked ${tag}`
}

export const untilWords = ({ lastDay }: PortalException, now: Date) => `until ${sayDay(lastDay, now)}`

/** "Tonight 22:00 to 02:00: computers of Test and Pilot". */
export function nightWords(night: Portal['nights'][number], zone: string, now: Date): string {
  const hours = `${formatDateTime(night.opensAt, zone, now)} to ${formatTime(night.closesAt, zone)}`
  return `${hours.charAt(0).toUpperCase()}${hours.slice(1)}: computers of ${formatList(night.rings)}`
}
