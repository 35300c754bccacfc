import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/** What became of a patch on our own devices: each device counts with its last word. */
export interface PatchResults {
  proved: number
  failed: number
  rolledBack: number
  /** Still on its way in a rollout. */
  open: number
  byClient: { clientId: string; name: string; proved: number; failed: number; rolledBack: number; open: number }[]
  /** Rollouts that hold it now. */
  rollouts: { id: string; number: number; clientName: string }[]
}

/** Only devices of clients the caller may see. */
export async function findResults(tx: Tx, patchId: string): Promise<PatchResults> {
  const byClient = await tx.execute<PatchResults['byClient'][number] & Record<string, unknown>>(sql`
    with last as (
      select distinct on (i.device_id) i.client_id, i.state from ring_patches r join plan_items i on i.msp_id = r.msp_id
        and i.rollout_id = r.rollout_id and i.position = r.position and i.patch_id = r.patch_id
      where r.patch_id = ${patchId} order by i.device_id, i.state_at desc
    )
    select l.client_id as "clientId", c.name, count(*) filter (where state = 'proved')::int as proved,
      count(*) filter (where state in ('failed', 'rollback-failed'))::int as failed,
      count(*) filter (where state = 'rolled-back')::int as "rolledBack",
      count(*) filter (where state in ('planned', 'staged', 'ordered', 'installing', 'rolling-back'))::int as open
    from last l join clients c on c.id = l.client_id group by 1, 2 order by c.name`)
  const rollouts = await tx.execute<PatchResults['rollouts'][number] & Record<string, unknown>>(sql`
    select distinct o.id, o.number, c.name as "clientName" from ring_patches r join rollouts o on o.msp_id = r.msp_id
      and o.id = r.rollout_id and o.state = 'running' join clients c on c.id = o.client_id
    where r.patch_id = ${patchId} and r.verdict not in ('fail', 'skipped') order by o.number`)
  const sum = (key: 'proved' | 'failed' | 'rolledBack' | 'open') => byClient.reduce((total, row) => total + row[key], 0)
  return {
    proved: sum('proved'),
    failed: sum('failed'),
    rolledBack: sum('rolledBack'),
    open: sum('open'),
    byClient: [...byClient],
    rollouts: [...rollouts],
  }
}
