import type { Sql } from 'postgres'
import { type ClientRef, Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase } from '../../db/testing.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { listDevices } from '../../server/devices/list-devices.ts'
import { refreshFleet } from '../../server/devices/refresh-fleet.ts'
import { getOverview } from '../../server/overview/get-overview.ts'
import { listPatches } from '../../server/patches/list-patches.ts'
import type { Measurement } from './measurement.ts'

const clientCount = 40
const devicesPerClient = 2_500
const rounds = 15

/** Pages of the console at 100,000 devices of one MSP, through the product's reads with row-level security, beside SQL by hand without it. */
export async function run(): Promise<Measurement[]> {
  const database = await cloneDatabase()
  const factories = new Factories(database)
  connectPools({ tenant: database.urls.app_worker, across: database.urls.app_across })
  try {
    const mspId = await factories.makeMsp()
    const clients: ClientRef[] = []
    for (let index = 0; index < clientCount; index++) clients.push(await factories.makeClient(mspId))
    await seedDevices(database.owner, mspId, clients)
    await refreshFleet(new Date(), 3_600_000, null)
    const ctx = jobContext(mspId, 'bench')
    const byHand = await timed(() =>
      database.owner.begin(async (tx) => {
        await tx`set local role door_definer`
        return tx`select d.id, d.host_name, d.status, d.missing_count, c.name from devices d
          join clients c on c.msp_id = d.msp_id and c.id = d.client_id where d.msp_id = ${mspId} order by d.host_name, d.id limit 51`
      }),
    )
    const note = `median of ${rounds} at ${(clientCount * devicesPerClient).toLocaleString('en')} devices`
    const figure = (name: string, value: number, limit?: number): Measurement => ({
      name,
      value,
      unit: 'ms',
      limit,
      note: limit === undefined ? note : `${note}; limit: a page of 50 by hand, without row-level security`,
    })
    return [
      figure('device list, first page', await timed(() => listDevices(ctx, { filter: 'all' })), byHand),
      figure('device list, failed only', await timed(() => listDevices(ctx, { filter: 'failed' })), byHand),
      figure(
        'device list, searched by host name',
        await timed(() => listDevices(ctx, { filter: 'all', search: 'host-77' })),
        byHand,
      ),
      figure('overview', await timed(() => getOverview(ctx))),
      figure('patches', await timed(() => listPatches(ctx, { search: '' }))),
    ]
  } finally {
    await closePools()
    await factories.close()
    await database.drop()
  }
}

/** As the door's own role: devices come from enrolment, in bulk only here. */
async function seedDevices(owner: Sql, mspId: string, clients: ClientRef[]): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`set local role door_definer`
    await tx`insert into devices (msp_id, client_id, site_id, host_name, time_zone, os_name, public_key, machine_id, agent_version, enrolled_at,
        last_seen_at, missing_count, failed_count)
      select ${mspId}, c.client_id, c.site_id, 'host-' || lpad(((c.place - 1) * ${devicesPerClient} + n)::text, 6, '0'), 'UTC', 'Debian 12',
        md5(c.client_id::text || n), md5(n::text), '1', now(), now(), 2, (n % 100 = 0)::int
      from unnest(${clients.map((one) => one.clientId)}::uuid[], ${clients.map((one) => one.siteId)}::uuid[])
        with ordinality as c (client_id, site_id, place),
        generate_series(1, ${devicesPerClient}) n`
    await tx`insert into device_heartbeats (msp_id, client_id, device_id, seen_at) select msp_id, client_id, id, now() from devices where msp_id = ${mspId}`
    await tx`insert into device_inventories (msp_id, client_id, device_id, facts, received_at)
      select msp_id, client_id, id, '{}', now() from devices where msp_id = ${mspId}`
    await tx`insert into patches (msp_id, manager, name, version, architecture, classification, severity, source, first_seen_at)
      select ${mspId}, 'apt', 'package-' || n, '2.0', 'all', 'security', 'unknown', 'Bench', now() - interval '2 days' from generate_series(1, 50) n`
    await tx`insert into device_patches (msp_id, client_id, device_id, patch_id, from_version, set_key, undo_class, undo_reason, found_at)
      select d.msp_id, d.client_id, d.id, p.id, '1.0', md5(p.id::text), 'fetchable', '', now()
      from (select *, row_number() over (order by id) as place from devices where msp_id = ${mspId}) d
        join (select *, row_number() over (order by id) as place from patches where msp_id = ${mspId}) p
          on p.place in (1 + d.place % 50, 1 + (d.place * 7) % 50)
      on conflict do nothing`
  })
  await owner`analyze`
}

/** Median of some rounds after two to warm up, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let round = -2; round < rounds; round++) {
    const started = performance.now()
    await work()
    if (round >= 0) took.push(performance.now() - started)
  }
  took.sort((a, b) => a - b)
  return Math.round((took[Math.floor(rounds / 2)] ?? 0) * 10) / 10
}
