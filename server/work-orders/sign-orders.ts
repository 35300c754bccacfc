import { sql } from 'drizzle-orm'
import type { Json } from '../../agent/wire/canonical-json.ts'
import { type KeyRoot, orderPayloadType, type SigningKey, sealEnvelope } from '../../agent/wire/envelope.ts'
import { acrossTenants, type Tx } from '../access.ts'
import { findNewestRoot } from '../signing-roots/find-root.ts'
import { uuids } from '../uuid-array.ts'
import { findFault, type PlannedPackage } from './check-order.ts'

/** The keys to sign with while devices go by `root`. Throws when too few of them are held. */
export type OrderSigner = (root: KeyRoot) => Promise<readonly SigningKey[]>

interface UnsignedOrder extends Record<string, unknown> {
  id: string
  msp_id: string
  device_id: string
  verb: string
  body: { [key: string]: Json }
  supersedes: string[]
  not_before: string
  not_after: string
  seq: string
  rollout_id: string | null
  patch_ids: string[]
  planned: PlannedPackage[] | null
  is_ring_open: boolean
  is_install_known: boolean
}

/** How many orders one transaction signs. */
const batchSize = 500
/** How many orders one may name (wire schema). */
const maxNamed = 50

/**
 * Gives unsigned orders their sequence number and signature, and wakes waiting devices. Only the worker holds the key. An order that does
 * not follow from the plan is not signed: it ends, and the plan and the device's history say why. While all changes of an MSP are stopped
 * none of them is signed: they wait. Answers how many were looked at; a full batch means that there may be more.
 */
export function signOrders(at: Date, signer: OrderSigner): Promise<number> {
  return acrossTenants('signing of work orders', async (tx) => {
    const [any] = await tx.execute(sql`select 1 from work_orders where ${isSignable} limit 1`)
    if (!any) return 0
    // Before the turns: nobody who stops all changes waits for a disk.
    const root = await findNewestRoot(tx)
    if (!root) throw new Error('no signing key was published: no device could trust an order')
    const keys = await signer(root)
    const going = await takeTurns(tx)
    if (going.length === 0) return 0
    await nameSuperseded(tx, going)
    const rows = await tx.execute<UnsignedOrder>(sql`
      with picked as (
        select id, msp_id, device_id, created_at from work_orders where ${isSignable} and msp_id = any (${uuids(going)})
        order by created_at, id limit ${batchSize} for update skip locked
      ), counted as (
        update devices d set order_seq = d.order_seq + c.orders
        from (select msp_id, device_id, count(*) as orders from picked group by msp_id, device_id) c
        where d.msp_id = c.msp_id and d.id = c.device_id returning d.msp_id, d.id, d.order_seq - c.orders as before
      )
      select o.id, o.msp_id, o.device_id, o.verb, o.body, o.supersedes, to_json(o.not_before)#>>'{}' as not_before,
        to_json(o.not_after)#>>'{}' as not_after,
        c.before + row_number() over (partition by o.device_id order by p.created_at, p.id) as seq,
        o.rollout_id, o.patch_ids, ${plannedFor()} as planned,
        exists (select from rollout_rings g where g.msp_id = o.msp_id and g.rollout_id = o.rollout_id and g.position = o.position
          and g.opened_at is not null) as is_ring_open,
        exists (select from work_orders x where x.msp_id = o.msp_id and x.id::text = o.body->>'installOrderId' and x.verb = 'install'
          and x.rollout_id = o.rollout_id and x.device_id = o.device_id) as is_install_known
      from picked p join work_orders o on o.msp_id = p.msp_id and o.id = p.id
        join counted c on c.msp_id = p.msp_id and c.id = p.device_id`)
    if (rows.length === 0) return 0
    const signed: { id: string; seq: number; envelope: object }[] = []
    const refused: { id: string; why: string }[] = []
    for (const row of rows) {
      const order = orderOf(row, at)
      const fault = findFault(order, {
        rolloutId: row.rollout_id,
        patchIds: row.patch_ids,
        planned: row.planned ?? [],
        isRingOpen: row.is_ring_open,
        isInstallKnown: row.is_install_known,
      })
      if (fault) refused.push({ id: row.id, why: `The order was not signed: ${fault}.`.slice(0, 500) })
      else signed.push({ id: row.id, seq: Number(row.seq), envelope: sealEnvelope(orderPayloadType, order, keys) })
    }
    if (refused.length > 0) await endRefused(tx, at, refused)
    if (signed.length === 0) return rows.length
    await tx.execute(sql`
      update work_orders o set state = 'ready', seq = s.seq, envelope = s.envelope
      from jsonb_to_recordset(${JSON.stringify(signed)}::jsonb) as s (id uuid, seq bigint, envelope jsonb)
      where o.id = s.id and o.state = 'unsigned'`)
    await tx.execute(sql`select pg_notify('patchward_orders', '')`)
    return rows.length
  })
}

/** As `door.is_stopped` has it, for as many orders as wait for the end of a stop: in sets, not by a call for each. */
const isSignable = sql`state = 'unsigned' and (not door.is_change(verb)
  or msp_id not in (select m.id from msps m where m.changes_stopped_at is not null))`

/**
 * The MSPs of the oldest orders, each in its turn: nothing of theirs is signed after all their changes were stopped. Never waited for; whom
 * somebody stops just now is left out. The flag is read again after this, by the next statement.
 */
async function takeTurns(tx: Tx): Promise<string[]> {
  const rows = await tx.execute<{ msp_id: string }>(sql`
    with oldest as materialized (select msp_id from work_orders where ${isSignable} order by created_at, id limit ${batchSize}),
      asking as materialized (select distinct msp_id from oldest)
    select msp_id from asking where pg_try_advisory_xact_lock_shared(door.msp_turn(msp_id))`)
  return rows.map((row) => row.msp_id)
}

/** What the plan holds for order `o`: the packages of its patches, with whose they are in the catalogue. */
function plannedFor() {
  return sql`(select json_agg(json_build_object('patchId', i.patch_id, 'setKey', i.set_key, 'name', i.package_name,
      'fromVersion', i.from_version, 'toVersion', i.to_version, 'architecture', i.architecture, 'sha256', i.sha256,
      'predecessorSha256', i.predecessor_sha256, 'manager', (select p.manager from patches p where p.msp_id = i.msp_id and p.id = i.patch_id
        and p.name = i.package_name and p.version = i.to_version and p.architecture = i.architecture)))
    from plan_items i where i.msp_id = o.msp_id and i.rollout_id = o.rollout_id and i.device_id = o.device_id
      and i.position = o.position and i.patch_id = any (o.patch_ids))`
}

/** As door.end_stale_orders ends what no device can read: nothing was changed there, and a person looks. */
async function endRefused(tx: Tx, at: Date, refused: readonly { id: string; why: string }[]): Promise<void> {
  const now = sql`${at.toISOString()}::timestamptz`
  await tx.execute(sql`
    with ended as (
      update work_orders o set state = 'void', finished_at = ${now}
      from jsonb_to_recordset(${JSON.stringify(refused)}::jsonb) as s (id uuid, why text)
      where o.id = s.id and o.state = 'unsigned'
      returning o.msp_id, o.client_id, o.device_id, o.rollout_id, o.id, o.verb, o.patch_ids, s.why
    ), told as (
      insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      select msp_id, client_id, device_id, ${now}, 'order-ended', id, why from ended
    ), shown as (
      insert into change_feed (msp_id, client_id, topic, subject_id) select msp_id, client_id, 'device', device_id from ended
    )
    update plan_items i set state_at = ${now}, reason = e.why,
      state = case e.verb when 'rollback' then 'rollback-failed' else 'failed' end
    from ended e where i.msp_id = e.msp_id and i.rollout_id = e.rollout_id and i.device_id = e.device_id and i.patch_id = any (e.patch_ids)
      and i.state = case e.verb when 'stage' then 'planned' when 'install' then 'ordered' when 'rollback' then 'rolling-back' end`)
  await tx.execute(sql`
    select door.recount_failed(o.msp_id, array_agg(distinct o.device_id)) from work_orders o
    where o.id in (select s.id from jsonb_to_recordset(${JSON.stringify(refused)}::jsonb) as s (id uuid)) group by o.msp_id`)
}

/**
 * Going back comes first: a rollback names every install order its device has or waits for, so that none of them starts before it. One that
 * has begun is named too and finished all the same; if its permit runs out unused, it gets no other. The list is made at the last moment,
 * since an order made later waits its turn behind this one.
 */
async function nameSuperseded(tx: Tx, mspIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update work_orders o set supersedes = array(select x.id from work_orders x where x.msp_id = o.msp_id and x.device_id = o.device_id
      and x.verb = 'install' and x.state in ('unsigned', 'ready', 'open') order by x.created_at desc limit ${maxNamed})
    where o.state = 'unsigned' and o.verb = 'rollback' and o.supersedes = '{}' and o.msp_id = any (${uuids(mspIds)})
      and not door.is_stopped(o.msp_id, o.verb)
      and exists (select from work_orders x where x.device_id = o.device_id and x.verb = 'install'
        and x.state in ('unsigned', 'ready', 'open'))`)
}

function orderOf(row: UnsignedOrder, at: Date): { [key: string]: Json } {
  return {
    ...row.body,
    v: 1,
    orderId: row.id,
    mspId: row.msp_id,
    deviceId: row.device_id,
    seq: Number(row.seq),
    verb: row.verb,
    issuedAt: at.toISOString(),
    notBefore: new Date(row.not_before).toISOString(),
    notAfter: new Date(row.not_after).toISOString(),
    supersedes: row.supersedes,
  }
}
