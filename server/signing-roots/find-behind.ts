import { sql } from 'drizzle-orm'
import { type KeyRoot, versionOf } from '../../agent/wire/envelope.ts'
import type { Tx } from '../access.ts'
import type { Behind } from './rules.ts'

/** Devices that do not go by `root` yet, and signed orders that wait for theirs and that none of `keys` signed. */
export async function findBehind(tx: Tx, root: KeyRoot, keys: KeyRoot['keys']): Promise<Behind> {
  const ids = JSON.stringify(keys.map(({ keyid }) => keyid))
  const [row] = await tx.execute<{ devices: number; orders: number }>(sql`select
    (select count(*)::int from devices where retired_at is null and root_version < ${versionOf(root)}) as devices,
    (select count(*)::int from work_orders o where o.state = 'ready' and not exists (
      select from jsonb_array_elements(o.envelope->'signatures') s where ${ids}::jsonb ? (s->>'keyid'))) as orders`)
  return { devices: row?.devices ?? 0, orders: row?.orders ?? 0 }
}
