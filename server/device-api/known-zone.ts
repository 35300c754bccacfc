import type { DeviceFacts } from '../../agent/wire/door.ts'
import { isTimeZone } from '../windows/time-zone.ts'

/** A device names its own zone; one that nobody knows is kept as UTC, so that neither windows nor pages stumble over it. */
export function withKnownZone(facts: DeviceFacts): DeviceFacts {
  return isTimeZone(facts.timeZone) ? facts : { ...facts, timeZone: 'UTC' }
}
