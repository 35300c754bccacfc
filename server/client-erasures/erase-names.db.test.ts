import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectPools } from '../../db/tenant.ts'
import { unstamped } from '../api/canary.columns.ts'
import { withAllRows } from '../api/canary.world.ts'
import { contextOf } from '../auth/contexts.ts'
import { jobContext } from '../auth/job-context.ts'
import { startSession } from '../auth/sessions.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import { archiveClient } from '../clients/archive-client.ts'
import { listArchived } from '../clients/list-archived.ts'
import type { Context } from '../context.ts'
import { confirmShown as confirmProposal } from '../proposals/testing.ts'
import { eraseDueClients, erasedTables } from './erase-due-clients.ts'
import { requestErasure } from './request-erasure.ts'
import { emptiedOfNames, keptSentence, keptTexts } from './rules.ts'

/** The client that goes: this name, and its own people's addresses, are searched for in every text of the database. */
const name = 'Zephyrine Opticians'
let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let elsewhere: TestCompany
let owner: Context
let admin: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
  elsewhere = await tenancy.makeCompany()
  owner = (await company.makeMember('owner')).ctx
  admin = (await company.makeMember('admin')).ctx
})
afterAll(() => tenancy.close())

/** Every text of every table, as `table.column` and value. */
const listTexts = () =>
  withAllRows(tenancy.database.owner, async (tx) => {
    const columns = await tx<{ name: string; table: string; column: string }[]>`
      select case table_schema when 'public' then '' else table_schema || '.' end || table_name || '.' || column_name as name,
        format('%I.%I', table_schema, table_name) as table, format('%I', column_name) as column
      from information_schema.columns c join information_schema.tables using (table_schema, table_name)
      where table_schema in ('public', 'auth') and table_type = 'BASE TABLE'
        and (data_type in ('text', 'jsonb', 'json', 'character varying') or (data_type = 'ARRAY' and udt_name = '_text'))`
    const found: { name: string; texts: string[] }[] = []
    for (const { name, table, column } of columns) {
      const rows = await tx.unsafe(`select ${column}::text as text from ${table} where ${column} is not null`)
      found.push({ name, texts: rows.map((row) => String(row.text)) })
    }
    return found
  })
const placesOf = async (...words: string[]) =>
  (await listTexts())
    .filter(({ texts }) => texts.some((text) => words.some((word) => text.includes(word))))
    .map((each) => each.name)
    .sort()
const asOwner = (text: string, values: unknown[] = []) =>
  withAllRows(tenancy.database.owner, (tx) => tx.unsafe(text, values as string[]))

interface Invited {
  email: string
  clientIds: string[]
  role?: string
}
const invite = ({ email, clientIds, role = 'client-manager' }: Invited) =>
  asOwner(
    `insert into invitations (msp_id, email, name, role, has_all_clients, client_ids, token_hash, invited_by, invited_by_name, created_at, sent_at, expires_at)
      values ($1, $2, $3, $4, false, $5, $6, $7, 'x', now(), now(), now())`,
    [company.mspId, email, `Guest ${email}`, role, clientIds, randomUUID(), randomUUID()],
  )
const proposal = (title: string, clientIds: string[]) =>
  asOwner(
    `insert into proposals (msp_id, action, input, title, reach, device_count, client_ids, reason, proposed_by, proposed_by_name, proposed_at, expires_at, decision)
      values ($1, 'policy:save', jsonb_build_object('document', $2::text), $2, '[]', 1, $3, $2, $4, 'x', now(), now(), 'confirmed')`,
    [company.mspId, title, clientIds, randomUUID()],
  )

test('each text of the schema goes with a client, is named as kept, or cannot name one; and in one way only', async () => {
  const kept = keptTexts.flatMap((one) => one.columns)
  const gone = [...erasedTables.map((table) => table.name), ...emptiedOfNames]
  /** Also rows for all clients, which stay. */
  const shared = ['decisions', 'holds', 'policies']
  /** Of nobody's client: the MSP's own name, what Stripe says of it, keys of the product; counters under a hash, gone in a day. */
  const ofNobody = ['msps.', 'stripe_events.', 'signing_roots.', 'worker_beats.', 'auth.rate_limits.']
  const columns = (await listTexts()).map((each) => each.name)
  expect(columns.length).toBeGreaterThan(120)
  for (const column of columns) {
    const table = column.slice(0, column.lastIndexOf('.'))
    const isGone = gone.includes(table) && !shared.includes(table)
    const ways = [isGone, kept.includes(column), !isGone && column in unstamped && !kept.includes(column)]
    const isOfNobody = ofNobody.some((start) => column.startsWith(start))
    expect([...ways, isOfNobody].filter(Boolean).length, column).toBe(1)
  }
  for (const column of kept) expect(columns, column).toContain(column)
})

test('nothing of it happens without a due erasure, and no other role may ask for it', async () => {
  const { clientId } = await company.makeClient('Waits Ltd')
  await company.makeMember('client-manager', [clientId])
  await archiveClient(owner, { clientId, reason: '', abortRollouts: 0 })
  const before = await asOwner('select user_id from members order by user_id')
  const call = (login: string) => {
    const as = postgres(login, { max: 1, onnotice: () => {} })
    return as`select * from erasure.erase_names(${company.mspId}, ${clientId})`.finally(() => as.end())
  }
  const { app_across: across, app_web: web, app_worker: worker } = tenancy.database.urls
  expect(await call(across)).toEqual([])
  for (const login of [web, worker]) await expect(call(login)).rejects.toThrow('permission denied')
  expect(await asOwner('select user_id from members order by user_id')).toEqual(before)
})

describe('a client is erased', () => {
  let clientId: string
  let other: string
  const mails: Record<'only' | 'both' | 'abroad' | 'guest' | 'sharedGuest', string> = {
    only: '',
    both: '',
    abroad: '',
    guest: 'guest@zephyrine.example',
    sharedGuest: 'shared-guest@example.com',
  }
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    clientId = (await company.makeClient(name)).clientId
    other = (await company.makeClient('Stays Ltd')).clientId
    const far = (await elsewhere.makeClient('Far Ltd')).clientId
    for (const [who, clients] of Object.entries({ only: [clientId], both: [clientId, other], abroad: [clientId] })) {
      const made = await company.makeMember('client-manager', clients)
      ids[who] = made.userId
      Object.assign(mails, { [who]: made.email })
      await startSession({ userId: made.userId, stage: 'full', method: 'password' }, new Date())
    }
    // Somebody of the MSP who looks after this client alone is no manager of it.
    ids.technician = (await company.makeMember('technician', [clientId])).userId
    await asOwner(
      `insert into members (msp_id, user_id, name, email, role, has_all_clients, created_at) values ($1, $2, 'x', $3, 'client-manager', false, now())`,
      [elsewhere.mspId, ids.abroad, mails.abroad],
    )
    await asOwner(`insert into member_clients (msp_id, user_id, client_id) values ($1, $2, $3)`, [
      elsewhere.mspId,
      ids.abroad,
      far,
    ])
    await invite({ email: mails.guest, clientIds: [clientId] })
    await invite({ email: mails.sharedGuest, clientIds: [clientId, other] })
    await proposal(`Policy of ${name}`, [clientId])
    await proposal(`of ${name} and another`, [clientId, other])
    await proposal('of the other alone', [other])
    await archiveClient(owner, { clientId, reason: `${name} left`, abortRollouts: 0 })
    const asked = await requestErasure(owner, { clientId, name, reason: `The contract of ${name} ended` })
    if (asked.kind !== 'proposed') throw new Error('nobody was asked')
    await confirmProposal(admin, { proposalId: asked.proposalId, devices: 0 })
  })

  test('and until then it stands in many places', async () => {
    const places = await placesOf(name, ...Object.values(mails))
    for (const place of ['clients.name', 'proposals.title', 'proposals.input', 'members.email', 'auth.users.email'])
      expect(places).toContain(place)
  })

  test('then its name and its people stand in what the proof names, and nowhere else', async () => {
    // As the worker: jobs have a login of their own.
    connectPools({ jobs: tenancy.database.urls.app_worker })
    while ((await eraseDueClients((mspId) => jobContext(mspId, 'erasure'), 1)) > 0);
    const places = await placesOf(name, mails.only, mails.guest)
    const kept = keptTexts.flatMap((one) => one.columns)
    expect(places.filter((place) => !kept.includes(place))).toEqual([])
    expect(places).toEqual(
      expect.arrayContaining(['audit_records.subject_name', 'audit_records.reason', 'client_erasures.client_name']),
    )
    const [proof] = (await listArchived(owner)).erased
    expect(proof?.proof?.kept).toBe(keptSentence)
    const counts = Object.fromEntries(proof?.proof?.tables.map((each) => [each.table, each.rows]) ?? [])
    expect(counts).toMatchObject({ proposals: 3, invitations: 1, members: 2, 'auth.users': 1, clients: 1 })
    for (const { sha256 } of proof?.proof?.tables ?? []) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('its managers are out with their sessions; who has another client or company stays, as do people of the MSP', async () => {
    const members = await asOwner('select msp_id, user_id from members')
    const isMember = (who: string, mspId: string) =>
      members.some((row) => row.user_id === ids[who] && row.msp_id === mspId)
    expect(['only', 'abroad', 'both', 'technician'].map((who) => isMember(who, company.mspId))).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(isMember('abroad', elsewhere.mspId)).toBe(true)
    const sessions = await asOwner('select user_id from auth.sessions')
    expect(new Set(sessions.map((row) => row.user_id))).toEqual(new Set([ids.both, ids.abroad]))
    await expect(contextOf({ userId: ids.abroad ?? '', provedAt: null }, company.slug, testNow)).rejects.toThrow()
    const left = await asOwner('select title from proposals')
    expect(left.map((row) => row.title)).toEqual(['of the other alone'])
    expect((await asOwner('select email from invitations')).map((row) => row.email)).toEqual([mails.sharedGuest])
  })
})
