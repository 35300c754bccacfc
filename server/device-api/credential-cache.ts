import { createSecretKey, type KeyObject } from 'node:crypto'
import { importRawPublicKey } from '../../agent/wire/keys.ts'
import { sessionKeyFor } from '../../agent/wire/request-auth.ts'
import { ingest } from '../ingest.ts'
import { createBatcher } from './batcher.ts'

/** What is needed to verify a device's requests. */
export interface Credential {
  deviceId: string
  key: KeyObject
  isRetired: boolean
  /** Session key of an hour (see `sessionKeyFor`). */
  sessionKey: (hour: number) => KeyObject
}

const keepKnownMs = 60_000
const keepUnknownMs = 10_000
const maxEntries = 100_000

/** Credentials by device id, looked up in batches and kept for a short time; a retired device is refused within a minute. */
export function createCredentialCache(sessionSecret: string, now: () => Date) {
  const entries = new Map<string, { credential: Credential | null; until: number }>()

  const look = createBatcher<string, Credential>({
    keyOf: (id) => id,
    maxItems: 500,
    run: async (ids) => {
      const rows = await ingest('credentials', { ids })
      return new Map(rows.map((row) => [row.device_id, toCredential(row, sessionSecret)]))
    },
  })

  function fresh(deviceId: string) {
    const entry = entries.get(deviceId)
    return entry && entry.until > now().getTime() ? entry : undefined
  }

  return {
    /** Is this device known without asking the database? */
    isKnown: (deviceId: string) => Boolean(fresh(deviceId)?.credential),
    /** The credential, or null for an id that no device has. Throws `DatabaseUnavailable`. */
    async get(deviceId: string): Promise<Credential | null> {
      const kept = fresh(deviceId)
      if (kept) return kept.credential
      const credential = (await look(deviceId)) ?? null
      // Oldest first: a Map keeps the order of insertion.
      entries.delete(deviceId)
      for (const oldest of entries.keys()) {
        if (entries.size < maxEntries) break
        entries.delete(oldest)
      }
      entries.set(deviceId, { credential, until: now().getTime() + (credential ? keepKnownMs : keepUnknownMs) })
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
    sessionKey: (hour) => {
      const found = kept.find((entry) => entry.hour === hour)
      if (found) return found.key
      const key = createSecretKey(sessionKeyFor(sessionSecret, row.device_id, hour))
      kept = [{ hour, key }, ...kept.slice(0, 1)]
      return key
    },
  }
}
