'use client'
import { useMsp } from '@/app/_trpc/client'
import { FleetBar, type FleetPart } from '@/components/fleet-bar'
import { formatShare, plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Fleet = Outputs['overview']['get']['fleet']

/** The share of all devices that are not retired; silent and unknown ones stay in the denominator. */
export function Compliance({ fleet }: { fleet: Fleet }) {
  if (fleet.devices === 0) return null
  return (
    <p className="text-text-3">
      <strong className="pr-2 font-semibold text-count text-text max-wide:text-title min-[901px]:text-title">
        {formatShare(fleet.compliant / fleet.devices)}
      </strong>
      of {plural(fleet.devices, 'device', 'devices')} compliant
    </p>
  )
}

/** All devices as parts of one bar, each part leading to its devices. */
export function FleetParts({ fleet }: { fleet: Fleet }) {
  const { slug } = useMsp()
  if (fleet.devices === 0) return null
  const parts: FleetPart[] = [
    { kind: 'compliant', count: fleet.compliant, word: 'Compliant' },
    {
      kind: 'pending-reboot',
      count: fleet.rebootPending,
      word: 'Pending reboot',
      href: paths.devices(slug, { filter: 'pending-reboot' }),
    },
    {
      kind: 'past-due',
      count: fleet.pastDue,
      word: 'Past due',
      href: paths.devices(slug, { filter: 'past-due' }),
    },
    { kind: 'no-data', count: fleet.noData, word: 'No data', href: paths.devices(slug, { filter: 'no-data' }) },
  ]
  return <FleetBar parts={parts} note={noteOf(fleet)} />
}

/** What the parts do not show: who is silent, and that one device may stand in two of them. */
function noteOf(fleet: Fleet): string {
  const silent =
    fleet.silent > 0
      ? `${plural(fleet.silent, 'device is', 'devices are')} silent and ${fleet.silent === 1 ? 'counts' : 'count'} as last seen`
      : ''
  const twice =
    fleet.rebootPending + fleet.pastDue + fleet.noData > fleet.devices - fleet.compliant
      ? 'a device may stand in two parts'
      : ''
  const words = [silent, twice].filter(Boolean).join('; ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
