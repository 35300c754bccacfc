import type { Sql } from 'postgres'
import { canonicalJson } from '../../agent/wire/canonical-json.ts'
import { type ClientRef, Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase } from '../../db/testing.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import type { Context } from '../../server/context.ts'
import { refreshFleet } from '../../server/devices/refresh-fleet.ts'
import { standardPolicy } from '../../server/policies/rules.ts'
import { sampleReport } from '../../server/reports/testing/sample-reports.ts'

export const fleetSize = 100_000
const auditSize = 100_000

/** What the pages are measured on. */
export interface PageWorld {
  /** Connects as owner of the tables and passes row-level security, for SQL by hand: the logins of the product do not. */
  owner: Sql
  /** The console's own login, held by row-level security. */
  webUrl: string
  /** 100,000 devices at 40 clients, each lacking two of 50 patches, where nobody says otherwise; 20 rollouts run, one at each of 20 clients. */
  mspId: string
  deviceId: string
  patchId: string
  rolloutId: string
  /** A second MSP: one client, one rollout with a plan of 100,000 devices at work in its last ring. */
  bigMspId: string
  bigRolloutId: string
  drop(): Promise<void>
}

interface PageWorldOptions {
  /** How many at all clients together. */
  devices?: number
  clients?: number
  /** At so many of them one runs. */
  rollouts?: number
  hasBigMsp?: boolean
  hasReports?: boolean
  /** Sees each statement of the console. */
  watch?: (statement: string, parameters: readonly unknown[]) => void
}

/** Somebody who sees all clients of this MSP, by the console's own login: a job's lacks what only the console reads. */
export const readerOf = (mspId: string): Context => ({
  ...jobContext(mspId, 'bench'),
  actor: { kind: 'api-key', keyId: '', userId: '', name: '' },
})

export async function makePageWorld({
  devices = fleetSize,
  clients: clientCount = 40,
  rollouts = 20,
  hasBigMsp = true,
  hasReports = true,
  watch,
}: PageWorldOptions = {}): Promise<PageWorld> {
  const database = await cloneDatabase()
  const factories = new Factories(database)
  const { owner } = database
  connectPools({
    tenant: database.urls.app_web,
    jobs: database.urls.app_worker,
    across: database.urls.app_across,
    watch,
  })
  const mspId = await factories.makeMsp()
  const clients: ClientRef[] = []
  for (let index = 0; index < clientCount; index++) clients.push(await factories.makeClient(mspId))
  const bigMspId = await factories.makeMsp()
  const bigClient = await factories.makeClient(bigMspId)
  await seedDevices(owner, mspId, clients, devices)
  if (hasBigMsp) await seedDevices(owner, bigMspId, [bigClient], devices)
  let rolloutId = ''
  for (const client of clients.slice(0, rollouts)) rolloutId = await seedRollout(factories, client)
  const bigRolloutId = hasBigMsp ? await seedRollout(factories, bigClient) : ''
  await factories.inMsp(
    mspId,
    (
      tx,
    ) => tx`insert into audit_records (msp_id, client_id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name)
      select ${mspId}, (${clients.map((one) => one.clientId)}::uuid[])[1 + n % ${clientCount}], now() - make_interval(secs => ${auditSize} - n),
        'person', 'user-' || n % 9, 'Person ' || n % 9, 'device:scan', 'device', md5(n::text), 'host' from generate_series(1, ${auditSize}::int) n`,
  )
  if (hasReports) await seedReports(factories, mspId)
  await owner`vacuum analyze`
  await refreshFleet(new Date(), 3_600_000, null)
  await owner`analyze`
  await letOwnerPass(owner)
  const [planned] =
    await owner`select device_id, patch_id from plan_items where rollout_id = ${rolloutId} order by 1 limit 1`
  return {
    ...{ owner, mspId, rolloutId, bigMspId, bigRolloutId, webUrl: database.urls.app_web },
    deviceId: planned?.device_id,
    patchId: planned?.patch_id,
    async drop() {
      await closePools()
      await factories.close()
      await database.drop()
    },
  }
}

/** A year of them for each client. */
async function seedReports(factories: Factories, mspId: string): Promise<void> {
  const document = canonicalJson(sampleReport())
  await factories.inMsp(
    mspId,
    (tx) => tx`insert into reports (msp_id, client_id, month, revision, document, content_hash, counted_at, made_by)
      select c.msp_id, c.id, '2026-' || lpad(n::text, 2, '0'), 1, ${document}, encode(sha256(${document}::bytea), 'hex'), now(), 'A bench'
      from clients c, generate_series(1, 12) n where c.msp_id = ${mspId}`,
  )
}

/** In this database only, and for the owner alone: without FORCE the owner passes the policies, every other role is held as before. */
async function letOwnerPass(owner: Sql): Promise<void> {
  const tables = await owner`select oid::regclass::text as name from pg_class where relforcerowsecurity`
  for (const { name } of tables) await owner.unsafe(`alter table ${name} no force row level security`)
}

/** As the door's own role: devices come from enrolment, in bulk only here. */
async function seedDevices(owner: Sql, mspId: string, clients: readonly ClientRef[], count: number): Promise<void> {
  const perClient = count / clients.length
  await owner.begin(async (tx) => {
    await tx`set local role door_definer`
    await tx`insert into devices (msp_id, client_id, site_id, host_name, time_zone, os_name, public_key, machine_id, agent_version, enrolled_at,
        last_seen_at, missing_count, failed_count, is_reboot_pending)
      select ${mspId}, c.client_id, c.site_id, 'host-' || lpad(((c.place - 1) * ${perClient}::int + n)::text, 7, '0'), 'UTC', 'Debian 12',
        md5(c.client_id::text || n), md5(n::text), '1', now(), now(), 2, (n % 100 = 0)::int, n % 200 = 0
      from unnest(${clients.map((one) => one.clientId)}::uuid[], ${clients.map((one) => one.siteId)}::uuid[])
        with ordinality as c (client_id, site_id, place),
        generate_series(1, ${perClient}::int) n`
    await tx`insert into device_heartbeats (msp_id, client_id, device_id, seen_at)
      select msp_id, client_id, id, now() - case when host_name like '%50' then interval '5 hours' else interval '0' end
      from devices where msp_id = ${mspId}`
    await tx`insert into device_inventories (msp_id, client_id, device_id, facts, received_at)
      select msp_id, client_id, id, '{}', now() from devices where msp_id = ${mspId}`
    await tx`insert into patches (msp_id, manager, name, version, architecture, classification, severity, source, first_seen_at)
      select ${mspId}, 'apt', 'package-' || n, '2.0', 'all', 'security', 'unknown', 'Bench', now() - interval '2 days' from generate_series(1, 50) n`
    await tx`insert into device_patches (msp_id, client_id, device_id, patch_id, from_version, set_key, undo_class, undo_reason, found_at)
      select d.msp_id, d.client_id, d.id, p.id, '1.0', encode(sha256(p.id::text::bytea), 'hex'), 'fetchable', '', now()
      from (select *, row_number() over (order by id) as place from devices where msp_id = ${mspId}) d
        join (select *, row_number() over (order by id) as place from patches where msp_id = ${mspId}) p
          on p.place in (1 + d.place % 50, 1 + (d.place * 7) % 50)
      on conflict do nothing`
    await tx`insert into client_patch_classes (msp_id, client_id, patch_id, classification, severity)
      select distinct t.msp_id, t.client_id, t.patch_id, p.classification, p.severity
      from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id where t.msp_id = ${mspId}`
  })
  await owner`analyze`
}

/** One patch for each device of a client, in the standard's rings; the last ring is at work. */
async function seedRollout(factories: Factories, { mspId, clientId }: ClientRef): Promise<string> {
  return factories.inMsp(mspId, async (tx) => {
    const [numbered] = await tx`update msps set last_rollout_number = last_rollout_number + 1
      where id = ${mspId} returning last_rollout_number as number`
    const [rollout] = await tx`
      insert into rollouts (msp_id, client_id, number, title, policy_version, policy, state, started_by, started_at)
      values (${mspId}, ${clientId}, ${numbered?.number}, 'September', 'v1', ${tx.json({ ...standardPolicy })}, 'running', 'A bench',
        now() - interval '9 days') returning id`
    const rolloutId: string = rollout?.id
    const placed = tx`select d.*, (case when place % 100 < 3 then 0 when place % 100 < 18 then 1 else 2 end) as position
      from (select *, row_number() over (order by id) as place from devices where client_id = ${clientId}) d`
    await tx`insert into rollout_rings (msp_id, client_id, rollout_id, position, name, device_count, state, not_before, opened_at)
      select ${mspId}, ${clientId}, ${rolloutId}, position, (array['Test', 'Early', 'Production'])[position + 1], count(*),
        case when position = 2 then 'open' else 'closed' end, now(), now() from (${placed}) d group by position`
    await tx`insert into plan_items (msp_id, client_id, rollout_id, device_id, patch_id, position, package_name, set_key, from_version,
        to_version, architecture, undo_class, state, is_failure_counted, is_proof_counted, state_at, proved_at, first_ended_at, is_first_proved)
      select distinct on (d.id) d.msp_id, d.client_id, ${rolloutId}::uuid, d.id, t.patch_id, d.position, p.name, t.set_key, t.from_version, p.version, 'all',
        t.undo_class, case when d.position < 2 or d.place % 2 = 0 then 'proved' when d.place % 199 = 0 then 'failed' else 'ordered' end,
        d.place % 199 = 0 and d.position = 2 and d.place % 2 = 1, d.position < 2 or d.place % 2 = 0, now(),
        case when d.position < 2 or d.place % 2 = 0 then now() end, case when d.position < 2 or d.place % 2 = 0 or d.place % 199 = 0 then now() end,
        d.position < 2 or d.place % 2 = 0
      from (${placed}) d join device_patches t on t.msp_id = d.msp_id and t.device_id = d.id
        join patches p on p.msp_id = t.msp_id and p.id = t.patch_id order by d.id, t.patch_id`
    await tx`insert into ring_patches (msp_id, client_id, rollout_id, position, patch_id, due, proved, failed, proved_needed, failure_limit,
        verdict, verdict_at)
      select ${mspId}, ${clientId}, ${rolloutId}, position, patch_id, count(*), count(*) filter (where is_proof_counted),
        count(*) filter (where is_failure_counted), ceil(count(*) * 0.8), count(*), case when position = 2 then 'collecting' else 'pass' end,
        now() from plan_items where rollout_id = ${rolloutId} group by position, patch_id`
    await tx`insert into ring_windows (msp_id, client_id, rollout_id, position, time_zone, opens_at, closes_at, last_start_at)
      values (${mspId}, ${clientId}, ${rolloutId}, 2, '*', now() - interval '1 hour', now() + interval '1 day', now() + interval '23 hours')`
    await tx`insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, state, not_before,
        not_after, created_at)
      select msp_id, client_id, device_id, rollout_id, position, 'install', 1, array[patch_id], '{}',
        case when state = 'ordered' then 'unsigned' else 'finished' end, now(), now() + interval '1 day', now()
      from plan_items where rollout_id = ${rolloutId}`
    return rolloutId
  })
}
