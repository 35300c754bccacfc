import type { KeyObject } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Json } from '../../agent/wire/canonical-json.ts'
import { orderPayloadType, sealEnvelope } from '../../agent/wire/envelope.ts'
import { acrossTenants } from '../access.ts'

export interface OrderSigner {
  keyid: string
  privateKey: KeyObject
}

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
}

/** How many orders one transaction signs. */
const batchSize = 500

/**
 * Gives unsigned orders their sequence number and signature, and wakes waiting devices. Only the worker holds the key. Answers how many
 * were signed; a full batch means that there may be more.
 */
export function signOrders(at: Date, signer: OrderSigner): Promise<number> {
  return acrossTenants('signing of work orders', async (tx) => {
    const rows = await tx.execute<UnsignedOrder>(sql`
      with picked as (
        select id, msp_id, device_id, created_at from work_orders where state = 'unsigned'
        order by created_at, id limit ${batchSize} for update skip locked
      ), counted as (
        update devices d set order_seq = d.order_seq + c.orders
        from (select msp_id, device_id, count(*) as orders from picked group by msp_id, device_id) c
        where d.msp_id = c.msp_id and d.id = c.device_id returning d.msp_id, d.id, d.order_seq - c.orders as before
      )
      select o.id, o.msp_id, o.device_id, o.verb, o.body, o.supersedes, to_json(o.not_before)#>>'{}' as not_before,
        to_json(o.not_after)#>>'{}' as not_after,
        c.before + row_number() over (partition by o.device_id order by p.created_at, p.id) as seq
      from picked p join work_orders o on o.msp_id = p.msp_id and o.id = p.id
        join counted c on c.msp_id = p.msp_id and c.id = p.device_id`)
    if (rows.length === 0) return 0
    const signed = rows.map((row) => ({ id: row.id, seq: Number(row.seq), envelope: seal(row, at, signer) }))
    await tx.execute(sql`
      update work_orders o set state = 'ready', seq = s.seq, envelope = s.envelope
      from jsonb_to_recordset(${JSON.stringify(signed)}::jsonb) as s (id uuid, seq bigint, envelope jsonb)
      where o.id = s.id and o.state = 'unsigned'`)
    await tx.execute(sql`select pg_notify('patchward_orders', '')`)
    return rows.length
  })
}

function seal(row: UnsignedOrder, at: Date, signer: OrderSigner) {
  const order: Json = {
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
  return sealEnvelope(orderPayloadType, order, [signer])
}
