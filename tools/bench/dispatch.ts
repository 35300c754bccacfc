import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { dispatchOrders } from '../../server/work-orders/dispatch-orders.ts'
import { signOrders } from '../../server/work-orders/sign-orders.ts'
import type { Measurement } from './measurement.ts'
import { makePageWorld, type PageWorld } from './page-world.ts'

const rowsAtOnce = 1_000
/** More rounds than any ring here needs: an order that is never made must end the bench, not hang it. */
const mostRounds = 2_000

/** A ring of some 80,000 devices: its orders made from the plan and signed. DESIGN's budget is twice raw insert and sign. */
export async function run(): Promise<Measurement[]> {
  const world = await makePageWorld()
  try {
    await openWholeRing(world)
    const { privateKey } = generateKeyPairSync('ed25519')
    // Nothing is signed by a key that no device could trust.
    const root = { threshold: 1, keys: [{ keyid: 'bench', publicKey: exportRawPublicKey(privateKey) }] }
    await world.owner`insert into signing_roots (version, root, published_at) values (1, ${world.owner.json(root)}, now())`
    const dispatchedMs = await clock(() => untilNothing(async () => (await dispatchOrders(new Date())).installs))
    const signedMs = await clock(() =>
      untilNothing(() => signOrders(new Date(), async () => [{ keyid: 'bench', privateKey }])),
    )
    const orders = await readOrders(world)
    const insertMs = await clock(() => insertRaw(world, orders))
    const signMs = await clock(async () => signRaw(orders, privateKey))
    return [
      {
        name: `a ring of ${orders.length.toLocaleString('en')} devices dispatched and signed`,
        value: Math.round(dispatchedMs + signedMs),
        unit: 'ms',
        limit: Math.round(2 * (insertMs + signMs)),
        note: `dispatched in ${Math.round(dispatchedMs)} ms, signed in ${Math.round(signedMs)} ms; limit: twice the raw insert of the same rows (${Math.round(insertMs)} ms) and as many bare signatures (${Math.round(signMs)} ms)`,
      },
    ]
  } finally {
    await world.drop()
  }
}

async function clock(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function untilNothing(round: () => Promise<number>): Promise<void> {
  for (let rounds = 0; rounds < mostRounds; rounds++) if ((await round()) === 0) return
  throw new Error(`there was more to do after ${mostRounds} rounds`)
}

/** The last ring of the big rollout as it opens: all is staged, nothing is ordered; nothing else waits for an order. */
async function openWholeRing({ owner, bigRolloutId }: PageWorld): Promise<void> {
  await owner`delete from work_orders where rollout_id = ${bigRolloutId} or state = 'unsigned'`
  await owner`update plan_items set state = 'staged', is_failure_counted = false, is_proof_counted = false
    where rollout_id = ${bigRolloutId} and position = 2`
  await owner`update rollout_rings set watch_ms = 3600000 where rollout_id = ${bigRolloutId}`
  await owner`vacuum analyze`
}

interface OrderRow {
  [column: string]: unknown
  body: object
  envelope: object
}

async function readOrders({ owner, bigRolloutId }: PageWorld): Promise<OrderRow[]> {
  const orders = await owner<
    OrderRow[]
  >`select msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body,
    state, seq, envelope, not_before, not_after, created_at from work_orders where rollout_id = ${bigRolloutId} and state = 'ready'`
  if (orders.length === 0) throw new Error('nothing was dispatched')
  return [...orders]
}

/** What the machine needs for these rows alone: the same table and indexes, a thousand rows a statement. */
async function insertRaw({ owner, bigRolloutId }: PageWorld, orders: readonly OrderRow[]): Promise<void> {
  await owner`delete from work_orders where rollout_id = ${bigRolloutId}`
  for (let start = 0; start < orders.length; start += rowsAtOnce)
    await owner`insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, state, seq,
        envelope, not_before, not_after, created_at)
      select * from jsonb_to_recordset(${owner.json(JSON.parse(JSON.stringify(orders.slice(start, start + rowsAtOnce))))}) as o (msp_id uuid,
        client_id uuid, device_id uuid, rollout_id uuid, position int, verb text, attempt int, patch_ids uuid[], body jsonb, state text,
        seq bigint, envelope jsonb, not_before timestamptz, not_after timestamptz, created_at timestamptz)`
}

function signRaw(orders: readonly OrderRow[], privateKey: KeyObject): void {
  for (const { envelope } of orders) sign(null, Buffer.from(JSON.stringify(envelope)), privateKey)
}
