import { createSecretKey, type KeyObject } from 'node:crypto'
import { importRawPublicKey } from '../../agent/wire/keys.ts'
import { sessionKeyFor } from '../../agent/wire/request-auth.ts'
import { ingest } from '../ingest.ts'
import { createBatcher } from './batcher.ts'
import { createShelf } from './shelf.ts'

/** What is needed to verify a device's requests. */
export interface Credential {
  deviceId: string
  key: KeyObject
  isRetired: boolean
  /** How far the device's request counter came, as far as this process saw. */
  counterSeen: number
  /** Session key of an hour (see `sessionKeyFor`). */
  sessionKey: (hour: number) => KeyObject
}

const keepKnownMs = 60_000
const keepUnknownMs = 10_000
const maxKnown = 100_000
/** Of their own: a flood of ids that nobody has pushes no device out. */
const maxUnknown = 20_000

/** Credentials by device id, looked up in batches and kept for a short time; a retired device is refused within a minute. */
export function createCredentialCache(sessionSecret: string, now: () => Date) {
  const known = createShelf<Credential>(maxKnown, keepKnownMs, now)
  const unknown = createShelf<true>(maxUnknown, keepUnknownMs, now)

  const look = createBatcher<string, Credential>({
    keyOf: (id) => id,
    maxItems: 500,
    run: async (ids) => {
      const rows = await ingest('credentials', { ids })
      return new Map(rows.map((row) => [row.device_id, toCredential(row, sessionSecret)]))
    },
  })

  return {
    /** The credential, or null for an id that no device has. Throws `DatabaseUnavailable`. */
    async get(deviceId: string): Promise<Credential | null> {
      const kept = known.get(deviceId)
      if (kept) return kept
      if (unknown.get(deviceId)) return null
      const credential = await look(deviceId)
      if (!credential) {
        unknown.put(deviceId, true)
        return null
      }
      credential.counterSeen = known.last(deviceId)?.counterSeen ?? 0
      known.put(deviceId, credential)
      return credential
    },
  }
}

export type CredentialCache = ReturnType<typeof createCredentialCache>

function toCredential(
  row: { device_id: string; public_key: string; is_retired: boolean },
  sessionSecret: string,
): Credential {
  let kept: { hour: number; key: KeyObject }[] = []
  return {
    deviceId: row.device_id,
    key: importRawPublicKey(row.public_key),
    isRetired: row.is_retired,
    counterSeen: 0,
    sessionKey: (hour) => {
      const found = kept.find((entry) => entry.hour === hour)
      if (found) return found.key
      const key = createSecretKey(sessionKeyFor(sessionSecret, row.device_id, hour))
      kept = [{ hour, key }, ...kept.slice(0, 1)]
      return key
    },
  }
}
