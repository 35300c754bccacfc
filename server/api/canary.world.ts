import type { Sql, TransactionSql } from 'postgres'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import { cancelErasure } from '../client-erasures/cancel-erasure.ts'
import { requestErasure } from '../client-erasures/request-erasure.ts'
import { exampleMissing, exampleSetKey, type TestDevice } from '../device-api/test-device.ts'
import type { TestDoor } from '../device-api/testing.ts'
import { standardPolicy } from '../policies/rules.ts'
import { listTextColumns, mapTexts, type TextColumn } from './canary.columns.ts'
import { type Caller, type ClientIds, fillClient, makePerson, makeWorld, type World } from './isolation.world.ts'

/** The four clients, two of each MSP, and the MSPs themselves. */
export type Part = 'first' | 'second' | 'foreign' | 'abroad'
export type Mark = Part | 'ownMsp' | 'foreignMsp'
/** What stands in every text of each; no stamp is a part of another. */
export const stamps: Record<Mark, string> = {
  first: 'canary-own-first',
  second: 'canary-own-second',
  foreign: 'canary-foreign',
  abroad: 'canary-abroad',
  ownMsp: 'own-msp',
  foreignMsp: 'foreign-msp',
}

export type Who = keyof World['people'] | 'abroad'
const ofOwn: Mark[] = ['foreign', 'abroad', 'foreignMsp']
/** Whose stamps and ids each person may find nowhere. */
export const hiddenMarks: Record<Who, Mark[]> = {
  owner: ofOwn,
  admin: ofOwn,
  approver: ofOwn,
  billing: ofOwn,
  readOnly: ofOwn,
  technician: ['second', ...ofOwn],
  clientManager: ['second', ...ofOwn],
  otherClient: ['first', ...ofOwn],
  otherMsp: ['first', 'second', 'ownMsp'],
  abroad: ['first', 'second', 'ownMsp', 'foreign'],
}

export const isOwn = (part: Part) => part === 'first' || part === 'second'

export interface CanaryWorld {
  world: World
  people: Record<Who, Caller>
  ids: Record<Part, ClientIds>
  devices: Record<Part, TestDevice>
  refs: Record<Part, ClientRef>
}

/** Two MSPs with two clients each, in which every text that can be of a client or an MSP carries its stamp. */
export async function makeCanaryWorld(door: TestDoor): Promise<CanaryWorld> {
  const world = await makeWorld(door)
  const abroad = await fillClient(
    door,
    await door.factories.makeClient(world.mspIds.foreign, { name: stamps.abroad }),
    stamps.abroad,
    1,
  )
  const ids = { first: world.first, second: world.second, foreign: world.foreign, abroad: abroad.ids }
  const devices = { ...world.devices, abroad: abroad.device }
  const ref = (mspId: string, { clientId, siteId }: ClientIds): ClientRef => ({ mspId, clientId, siteId })
  const { own, foreign } = world.mspIds
  const refs = {
    first: ref(own, ids.first),
    second: ref(own, ids.second),
    foreign: ref(foreign, ids.foreign),
    abroad: ref(foreign, ids.abroad),
  }
  const technician = await makePerson(foreign, stamps.foreignMsp, 'technician', [ids.abroad.clientId])
  world.people.otherMsp.slug = stamps.foreignMsp
  const people = { ...world.people, abroad: technician }
  // `Object.keys` of a record of ours.
  for (const part of Object.keys(refs) as Part[]) {
    await speak(devices[part], ids[part], stamps[part], stamps[isOwn(part) ? 'ownMsp' : 'foreignMsp'])
    await eraseAlmost(door, refs[part], stamps[part])
  }
  const made = { world, people, ids, devices, refs }
  await stampRows(door.database.owner, made)
  await stampAccounts(door.database.owner, people)
  return made
}

/** All that a device may say in its own words, names of files and packages among them. */
async function speak(device: TestDevice, ids: ClientIds, stamp: string, mspStamp: string): Promise<void> {
  const say = (text: string) => `${stamp} ${text}`
  const facts = {
    ...device.facts,
    osName: say('Linux'),
    osVersion: say('12'),
    kernel: say('6.1'),
    agentVersion: say('1'),
    rebootReasons: [say('/var/run/reboot-required')],
  }
  const packages = [
    { manager: 'apt' as const, name: `${stamp}-lib`, version: '1', architecture: 'amd64', status: 'ii' },
  ]
  // The last one is lacked at both clients of the MSP: what is counted over clients would show there.
  const missing = exampleMissing(`${stamp}-svc=2.0`, `${stamp}-lib=2.0`, `${mspStamp}-shared=1.0`)
  for (const update of missing.updates) update.source = `${update.name.replace(/-[a-z]+$/, '')} archive`
  for (const set of missing.sets) set.undoReason = say('it is kept')
  missing.waiting.push({ name: `${stamp}-held`, reason: say('held') })
  await expectOk(device.inventory({ facts, packages, missing }))
  await expectOk(
    device.report({
      orderId: ids.orderId,
      state: 'installing',
      summary: say('installs'),
      probes: [
        {
          name: say('/srv/app.sock'),
          at: new Date().toISOString(),
          isPassed: true,
          detail: say('up'),
          phase: 'baseline',
        },
      ],
      sets: [
        {
          key: exampleSetKey(`${stamp}-svc=2.0`),
          outcome: 'installed',
          versions: [{ manager: 'apt', name: `${stamp}-svc`, before: '1.0', after: '2.0', status: 'ii' }],
          exitCode: 0,
          output: say('/etc/app/conf.d was kept'),
          reason: say('no reason'),
          undoClass: 'kept',
        },
      ],
    }),
  )
}

async function expectOk(reply: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await reply
  if (status !== 200) throw new Error(`the door answered ${status} ${JSON.stringify(body)}`)
}

/** An erasure that was asked for and cancelled. */
async function eraseAlmost(door: TestDoor, { mspId, clientId }: ClientRef, stamp: string): Promise<void> {
  const ctx = jobContext(mspId, 'test')
  const archive = (at: Date | null) =>
    door.factories.inMsp(mspId, (tx) => tx`update clients set archived_at = ${at} where id = ${clientId}`)
  await archive(new Date())
  await requestErasure(ctx, { clientId, name: stamp, reason: 'A test' })
  await cancelErasure(ctx, { clientId })
  await archive(null)
}

/** Rows and texts that only come with time: what is over, who ended it and why. */
async function addRest(
  tx: TransactionSql,
  { mspId, clientId }: ClientRef,
  ids: ClientIds,
  stamp: string,
): Promise<void> {
  const rings = standardPolicy.rings.map((ring) => ({ ...ring, name: `${stamp} ${ring.name}` }))
  // Plain JSON, which the type of the driver does not see.
  const document = JSON.parse(JSON.stringify({ rings }))
  await tx`insert into report_mails (msp_id, client_id, sending_id, user_id, name, email, asked_at, asked_by, state, next_at, fault)
    select msp_id, client_id, id, uuidv7(), 'x', 'x@example.org', now(), 'x', 'waiting', now(), 'x' from report_sendings
    where client_id = ${clientId} limit 1`
  await tx`insert into report_corrections (msp_id, client_id, month, reason, asked_at, asked_by, done_at, fault)
    values (${mspId}, ${clientId}, '2024-07', 'x', now(), 'x', now(), 'x')`
  await tx`insert into report_settings (msp_id, accent, logo_hash, sends_since) values (${mspId}, '#223344', ${'ab'.repeat(32)}, now()) on conflict do nothing`
  await tx`insert into policies (msp_id, client_id, version, document, created_by, created_at)
    values (${mspId}, ${clientId}, 1, ${tx.json(document)}, 'A test', now())`
  await tx`insert into client_rule_packs (msp_id, client_id, pack_id, pack_version, set_by, set_at)
    values (${mspId}, ${clientId}, 'cyber-essentials', '3.3', 'A test', now())`
  await dateLacked(tx, { mspId, clientId }, new Date())
  await tx`update work_orders set body = ${tx.json({ files: [{ name: 'lib.deb' }] })} where client_id = ${clientId}`
  await tx`update rollouts set stopped_by = 'A test', stop_reason = 'A test', policy = ${tx.json({ file: 'a.deb' })}
    where client_id = ${clientId}`
  await tx`update devices set tags = '{test}' where client_id = ${clientId}`
  await tx`update enrolment_tokens set tags = '{test}' where client_id = ${clientId}`
  await tx`insert into device_events (msp_id, client_id, device_id, at, kind, summary, detail)
    values (${mspId}, ${clientId}, ${ids.deviceId}, now(), 'enrolled', 'Came', ${tx.json({ file: 'a.deb' })})`
  await tx`insert into holds (msp_id, client_id, patch_id, source, reason, set_by, set_at, lifted_at, lifted_by, lift_reason)
    values (${mspId}, ${clientId}, ${ids.patchId}, 'person', 'A test', 'A test', now(), now(), 'A test', 'A test')`
  await tx`insert into exceptions (msp_id, client_id, patch_id, is_all_versions, tag, reason, owner, measure, last_day, expires_at, asked_from,
      asked_by, asked_at, answer, answered_by, answered_at, answer_reason, ended_by, ended_at, end_reason)
    values (${mspId}, ${clientId}, ${ids.patchId}, false, 'nobody has it', 'A test', 'A test', 'A test', '2099-12-31', '2100-01-01', 'msp',
      'A test', now(), 'accepted', 'A test', now(), 'A test', 'A test', now(), 'A test')`
  await tx`insert into consents (msp_id, client_id, patch_id, reason, plan, asked_by, asked_at, answer, answered_by, answered_at, answer_reason,
      ended_by, ended_at, end_reason)
    values (${mspId}, ${clientId}, ${ids.patchId}, 'A test', 'A test', 'A test', now(), 'no', 'A test', now(), 'A test', 'A test', now(), 'A test')`
  await tx`insert into feedbacks (msp_id, client_id, rollout_id, is_broken, words, given_by, given_at, seen_by, seen_at)
    values (${mspId}, ${clientId}, ${ids.rolloutId}, true, 'A test', 'A test', now(), 'A test', now())`
  await tx`insert into proposals (msp_id, action, input, title, reach, device_count, client_ids, reason, proposed_by, proposed_by_name,
      proposed_at, expires_at, decision, decided_by, decided_by_name, decided_at, decision_reason)
    values (${mspId}, 'patch:approve', ${tx.json({ reason: 'A test' })}, 'A test', ${tx.json([{ clientId, devices: 1 }])}, 1,
      ${[clientId]}, 'A test', uuidv7(), 'A test', now(), now(), 'rejected', uuidv7(), 'A test', now(), 'A test')`
}

/** What a client lacks is due then, as the fleet sweep would say it. */
export const dateLacked = (sql: Sql | TransactionSql, client: Pick<ClientRef, 'mspId' | 'clientId'>, dueAt: Date) =>
  sql`insert into client_patch_dues (msp_id, client_id, patch_id, due_at, pack_id, pack_version, rule_index, clock, clock_starts_at,
      classification, severity, first_seen_at, time_zone, due_days, packs, reckoned_at)
    select distinct t.msp_id, t.client_id, t.patch_id, ${dueAt}::timestamptz, 'own', '1', 0, 'first-seen', p.first_seen_at, p.classification, p.severity,
      p.first_seen_at, 'UTC', 14, '{}'::text[], now()
    from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
    where t.msp_id = ${client.mspId} and t.client_id = ${client.clientId}
    on conflict (msp_id, client_id, patch_id) do update set due_at = excluded.due_at`

type Row = Record<string, unknown> & { ctid: string; msp_id?: string; client_id?: string | null; id?: string }

/** Whose row it is: its client's, the one it names in some other text, or the MSP's as a whole. */
export function markOf({ ids, world }: Pick<CanaryWorld, 'ids' | 'world'>, table: string, row: Row): Mark {
  const clientId = table === 'clients' ? row.id : row.client_id
  const parts = Object.keys(ids) as Part[]
  const byClient = parts.find((part) => ids[part].clientId === clientId)
  if (byClient) return byClient
  const mspMark = (table === 'msps' ? row.id : row.msp_id) === world.mspIds.own ? 'ownMsp' : 'foreignMsp'
  if (table === 'msps') return mspMark
  const text = JSON.stringify(row)
  return parts.find((part) => text.includes(stamps[part]) || text.includes(ids[part].clientId)) ?? mspMark
}

/** Runs `work` with all rows of all tenants in sight: as the owner of the tables, who is walled like everybody else otherwise. */
export async function withAllRows<T>(owner: Sql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const done = await owner.begin(async (tx) => {
    const tables = await tx<{ name: string }[]>`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relforcerowsecurity`
    for (const { name } of tables)
      await tx.unsafe(`alter table ${name} no force row level security; alter table ${name} disable trigger user`)
    const result = await work(tx)
    for (const { name } of tables)
      await tx.unsafe(`alter table ${name} enable trigger user; alter table ${name} force row level security`)
    return { result }
  })
  return done.result
}

/** The rows of each table that has texts, with those columns. */
export async function listTexts(tx: TransactionSql): Promise<{ table: string; columns: TextColumn[]; rows: Row[] }[]> {
  const columns = await listTextColumns(tx)
  const found = []
  for (const table of new Set(columns.map((each) => each.table)))
    found.push({
      table,
      columns: columns.filter((each) => each.table === table),
      rows: await tx<Row[]>`select ctid::text, * from ${tx(table)}`,
    })
  return found
}

/** Puts the stamp of its client, or of its MSP, into every text that lacks it. */
async function stampRows(owner: Sql, made: CanaryWorld): Promise<void> {
  await withAllRows(owner, async (tx) => {
    // `Object.keys` of a record of ours.
    for (const part of Object.keys(made.refs) as Part[])
      await addRest(tx, made.refs[part], made.ids[part], stamps[part])
    for (const mspId of Object.values(made.world.mspIds))
      await tx`insert into identity_tenants (msp_id, provider, tenant, added_at, added_by)
        values (${mspId}, 'google', 'directory', now(), uuidv7())`
    await tx`update api_keys set revoked_by = 'A test'`
    await tx`update msps set changes_stopped_at = now(), changes_stopped_by = 'A test', changes_stop_reason = 'A test'`
    for (const { table, columns, rows } of await listTexts(tx))
      for (const row of rows) {
        const stamp = stamps[markOf(made, table, row)]
        const put = (text: string) =>
          text.includes(stamp) ? text : text.includes('@') ? `${stamp}-${text}` : `${stamp} ${text}`.trim()
        const changed: Record<string, unknown> = {}
        for (const { column, kind } of columns) {
          const at = `${table}.${column}`
          const value =
            kind === 'written'
              ? JSON.stringify(mapTexts(JSON.parse(String(row[column])), at, put))
              : mapTexts(row[column], at, put)
          if (JSON.stringify(value) === JSON.stringify(row[column])) continue
          // JSON again, as it came from the driver.
          changed[column] = kind === 'json' ? tx.json(value as Parameters<typeof tx.json>[0]) : value
        }
        if (table === 'msps') Object.assign(changed, { slug: stamp, name: stamp })
        if (Object.keys(changed).length > 0)
          await tx`update ${tx(table)} set ${tx(changed)} where ctid = ${row.ctid}::tid`
      }
  })
}

/** What people are called, and what they have called their own: the accounts belong to no tenant. */
async function stampAccounts(owner: Sql, people: Record<Who, Caller>): Promise<void> {
  for (const { userId, slug } of Object.values(people)) {
    await owner`update auth.users set name = ${`Person of ${slug}`}, email = ${`${slug}-${userId}@example.org`} where id = ${userId}`
    await owner`insert into auth.passkeys (credential_id, user_id, public_key, counter, transports, name, is_backed_up, created_at)
      values (${userId}, ${userId}, 'key', 0, '{}', ${`Passkey of ${slug}`}, false, now())`
    await owner`insert into auth.identities (provider, subject, user_id, tenant, label, created_at)
      values ('google', ${userId}, ${userId}, ${`tenant of ${slug}`}, ${`label of ${slug}`}, now())`
  }
}
