import { DoorError } from './errors.ts'

/** Times as people wrote them since there are computers: PostgreSQL has no year 0 and reads at most 128 characters. */
export function checkTimes(times: Record<string, string>): void {
  for (const [path, text] of Object.entries(times)) {
    const year = new Date(text).getUTCFullYear()
    if (text.length > 40 || Number.isNaN(year) || year < 1970 || year > 9998) {
      throw new DoorError('malformed', `${path}: is not a time between the years 1970 and 9998`)
    }
  }
}
