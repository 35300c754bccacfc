import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { startTestConsole, type TestDoor, waitUntil } from '../device-api/testing.ts'
import type { Role } from '../permissions.ts'
import { personContext } from '../rollouts/testing.ts'
import { getPolicyPage, listPolicies } from './queries.ts'
import { standardPolicy } from './rules.ts'
import { savePolicy } from './save-policy.ts'
import { savePolicySchema } from './schema.ts'

let door: TestDoor
let client: ClientRef
let other: ClientRef
let foreign: ClientRef
beforeAll(async () => {
  door = await startTestConsole()
  const mspId = await door.factories.makeMsp('Northfold')
  client = await door.factories.makeClient(mspId, { name: 'Kestrel' })
  other = await door.factories.makeClient(mspId, { name: 'Secret Cedar' })
  foreign = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door?.stop())

const person = (clients: 'all' | string[] = 'all', role: Role = 'technician') =>
  personContext(client.mspId, { role, clients })
const audit = () =>
  door.factories.inMsp(
    client.mspId,
    (tx) =>
      tx`select action, client_id, subject_name, changes from audit_records where action = 'policy:save' order by id`,
  )

test('a save is the next version, with what it was and what it is in the audit log', async () => {
  const ctx = person()
  const input = { clientId: client.clientId, basedOnVersion: 0, reason: '', document: { dueDays: 10 } }
  expect(await savePolicy(ctx, input)).toEqual({ kind: 'saved', version: 1 })
  const page = await getPolicyPage(ctx, { clientId: client.clientId })
  expect(page).toMatchObject({ version: 1, label: '0.1', override: { dueDays: 10 }, policy: { dueDays: 10 } })
  expect(page.policy.rings).toEqual(standardPolicy.rings)
  expect(await audit()).toMatchObject([
    {
      client_id: client.clientId,
      subject_name: 'Policy of Kestrel',
      changes: { version: 1, before: {}, after: { dueDays: 10 } },
    },
  ])
})

test('a save over a version that somebody saved meanwhile is refused and leaves no trace', async () => {
  const before = await audit()
  const stale = savePolicy(person(), {
    clientId: client.clientId,
    basedOnVersion: 0,
    reason: '',
    document: { dueDays: 3 },
  })
  await expect(stale).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Version 1') })
  expect(await audit()).toEqual(before)
  expect((await getPolicyPage(person(), { clientId: client.clientId })).policy.dueDays).toBe(10)
})

test('sections that make no policy together with the standard are refused', async () => {
  const [first, ...rest] = standardPolicy.rings
  const rings = [{ ...first, members: { kind: 'percent' as const, percent: 5 } }, ...rest]
  const refused = savePolicy(person(), {
    clientId: client.clientId,
    basedOnVersion: 1,
    reason: '',
    // The first ring without its name would be no ring: it keeps all its own values.
    document: { rings: rings as typeof standardPolicy.rings },
  })
  await expect(refused).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('hand-picked') })
})

test('a whole policy is refused for a client: the breaker in it counts across the clients', async () => {
  const before = await audit()
  const { version } = await getPolicyPage(person(), { clientId: other.clientId })
  const whole = { clientId: other.clientId, basedOnVersion: version, reason: '', document: standardPolicy }
  await expect(savePolicy(person(), savePolicySchema.parse(whole))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('breaker'),
  })
  expect(await audit()).toEqual(before)
})

test('the standard is for people who see all clients; a client follows it in what it does not set', async () => {
  const document = { ...standardPolicy, dueDays: 20, breaker: { devices: 5 } }
  const input = { clientId: null, basedOnVersion: 0, reason: '', document }
  await expect(savePolicy(person([client.clientId]), input)).rejects.toMatchObject({ code: 'forbidden' })
  const limited = await getPolicyPage(person([client.clientId]), { clientId: null })
  expect(limited.canSave).toMatchObject({ can: false })
  expect(await savePolicy(person('all', 'approver'), input)).toEqual({ kind: 'saved', version: 1 })
  const page = await getPolicyPage(person(), { clientId: client.clientId })
  expect(page.policy).toMatchObject({ dueDays: 10, breaker: { devices: 5 } })
})

test('read-only people read and do not save', async () => {
  const ctx = person('all', 'read-only')
  const input = { clientId: client.clientId, basedOnVersion: 1, reason: '', document: {} }
  await expect(savePolicy(ctx, input)).rejects.toMatchObject({ code: 'forbidden' })
  expect((await getPolicyPage(ctx, { clientId: client.clientId })).canSave).toMatchObject({ can: false })
})

test('a client of others is not found, and does not stand in the list', async () => {
  await savePolicy(person(), { clientId: other.clientId, basedOnVersion: 0, reason: '', document: { dueDays: 7 } })
  const ctx = person([client.clientId])
  for (const clientId of [other.clientId, foreign.clientId]) {
    const notFound = { code: 'not-found' }
    await expect(getPolicyPage(ctx, { clientId })).rejects.toMatchObject(notFound)
    await expect(savePolicy(ctx, { clientId, basedOnVersion: 0, reason: '', document: {} })).rejects.toMatchObject(
      notFound,
    )
  }
  const list = await listPolicies(ctx)
  expect(list.own.map((row) => [row.name, row.sections])).toEqual([['Kestrel', ['dueDays']]])
  expect(JSON.stringify(list)).not.toContain('Secret')
  expect((await listPolicies(person())).own).toHaveLength(2)
})

test('a client that sets nothing any more follows the standard again', async () => {
  await savePolicy(person(), { clientId: client.clientId, basedOnVersion: 1, reason: '', document: {} })
  expect((await listPolicies(person([client.clientId]))).following.map((row) => row.name)).toEqual(['Kestrel'])
  expect((await getPolicyPage(person(), { clientId: client.clientId })).policy.dueDays).toBe(20)
})

test('a rule that is switched off is kept with its settings, in the standard and for who follows it', async () => {
  const { version } = await getPolicyPage(person(), { clientId: null })
  const approvalRules = standardPolicy.approvalRules.map((rule, place) => ({ ...rule, isOn: place > 0 }))
  const document = { ...standardPolicy, approvalRules }
  await savePolicy(person(), {
    ...savePolicySchema.parse({ clientId: null, basedOnVersion: version, reason: '', document }),
  })
  expect((await getPolicyPage(person(), { clientId: null })).standard.approvalRules).toEqual(approvalRules)
  const page = await getPolicyPage(person(), { clientId: client.clientId })
  expect(page.policy.approvalRules.map((rule) => rule.isOn)).toEqual([false, true])
  expect(page.policy.approvalRules[0]).toMatchObject({ classifications: ['definition'], afterDays: 0 })
})

test('of two saves at the same time over one version the later is a conflict, in a sentence', async () => {
  const { version } = await getPolicyPage(person(), { clientId: null })
  const document = { ...standardPolicy, dueDays: 21 }
  const later = await door.factories.inMsp(client.mspId, async (tx) => {
    await tx`insert into policies (msp_id, client_id, version, document, created_by, created_at)
      values (${client.mspId}, null, ${version + 1}, ${tx.json({ ...document })}, 'Tom', now())`
    // Not committed: the other one has read the version before and waits for this row.
    const save = savePolicy(person(), { clientId: null, basedOnVersion: version, reason: '', document }).catch(
      (error) => error,
    )
    await waitUntil(async () => {
      const [row] = await tx`select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and pg_backend_pid() = any (pg_blocking_pids(pid))`
      return row?.waiting
    })
    return { save }
  })
  expect(await later.save).toMatchObject({
    code: 'conflict',
    message: `Version ${version + 1} was saved meanwhile. Load it, then make your change again.`,
  })
})
