import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { chainVersions, hashRecord, momentText, type RecordText, recordText } from '../../server/audit/hash-record.ts'
import { sealRecords } from '../../server/audit/seal-records.ts'
import type { AuditSigner } from '../../server/audit/sign-head.ts'
import { signHeads } from '../../server/audit/sign-heads.ts'
import { openTenancy, type TestCompany, testNow } from '../../server/auth/testing.ts'
import { type VerifyInput, verifyChain } from './verify-chain.ts'

const dayMs = 86_400_000
const later = (ms: number) => new Date(testNow.getTime() + ms)
const tomorrow = later(dayMs)

function makeSigner(): { signer: AuditSigner; publicKey: KeyObject } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const keyId = keyIdOf(Buffer.from(exportRawPublicKey(privateKey), 'base64'))
  return { signer: { keyId, privateKey }, publicKey: createPublicKey(privateKey) }
}
const { signer, publicKey } = makeSigner()
const keys = new Map([[signer.keyId, publicKey]])

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let across: Sql
/** As who holds the database: no policy and no trigger stops them. */
let owner: Sql
beforeAll(async () => {
  tenancy = await openTenancy()
  across = postgres(tenancy.database.urls.app_across, { max: 1 })
  owner = tenancy.database.owner
  for (const table of ['audit_records', 'audit_seals', 'audit_heads', 'audit_unsealed'])
    await owner.unsafe(`alter table ${table} no force row level security; alter table ${table} disable trigger user`)
  // Sealing wants the list to be filled.
  await owner.unsafe('alter table audit_records enable trigger await_seal')
}, 60_000)
afterAll(async () => {
  await across.end()
  await tenancy.close()
})

/** Where ids go on after a test has changed how they are made, in millions. */
let restarts = 1
let company: TestCompany
let ids: number[]
beforeEach(async () => {
  company = await tenancy.makeCompany()
  for (let made = 0; made < 9; made++) await company.makeClient()
  await sealRecords(later(1_000))
  await signHeads(tomorrow, signer)
  const rows = await owner<{ id: string }[]>`select id from audit_records where msp_id = ${company.mspId} order by id`
  ids = rows.map(({ id }) => Number(id))
})

const idAt = (position: number) => ids[position - 1] ?? 0
const verify = (input: Partial<VerifyInput> = {}) =>
  verifyChain(across, { mspId: company.mspId, keys, at: tomorrow, ...input })
const found = async (input: Partial<VerifyInput> = {}) => (await verify(input)).findings.sentences

describe('a log that nobody touched', () => {
  test('is sealed in order of id without a gap, proved, and its head signed', async () => {
    const verdict = await verify()
    expect(verdict).toMatchObject({ sealed: 10, lastPosition: 10, waiting: 0, heads: 1, newestDay: '2026-09-18' })
    expect(verdict.findings.sentences).toEqual([])
    const seals = await owner<{ recordId: string }[]>`
      select record_id as "recordId" from audit_seals where msp_id = ${company.mspId} order by position`
    expect(seals.map(({ recordId }) => Number(recordId))).toEqual(ids)
  })

  test('tells what waits, and goes on from there', async () => {
    await company.makeClient()
    await company.makeClient()
    expect(await verify()).toMatchObject({ sealed: 10, waiting: 2, since: '2026-09-18T10:00:00.000000Z' })
    expect(await found()).toEqual([])
    expect(await sealRecords(later(2_000))).toBe(2)
    expect(await verify()).toMatchObject({ sealed: 12, waiting: 0 })
    expect(await found()).toEqual([])
  })

  test('stays one chain while four sweeps run at once', async () => {
    const other = await tenancy.makeCompany()
    const writing = Array.from({ length: 12 }, () => [company.makeClient(), other.makeClient()]).flat()
    const sweeping = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 10; round++) await sealRecords(later(2_000))
    })
    await Promise.all([...writing, ...sweeping])
    await sealRecords(later(3_000))
    for (const { mspId } of [company, other]) {
      const [last] = await owner<{ seals: string; last: string; records: string }[]>`
        select count(*) as seals, max(position) as last, (select count(*) from audit_records where msp_id = ${mspId}) as records
        from audit_seals where msp_id = ${mspId}`
      expect(last?.seals).toBe(last?.last)
      expect(last?.seals).toBe(last?.records)
    }
    expect(await found()).toEqual([])
  })

  test('a day without its head is named, and signed by whoever comes first, once', async () => {
    await company.makeClient()
    await sealRecords(later(dayMs + 1_000))
    expect(await found({ at: later(2 * dayMs) })).toEqual(['The signed head of 2026-09-19 is missing.'])
    await Promise.all([signHeads(later(2 * dayMs), signer), signHeads(later(2 * dayMs), signer)])
    expect(await verify({ at: later(2 * dayMs) })).toMatchObject({ heads: 2, newestDay: '2026-09-19' })
    expect(await found({ at: later(2 * dayMs) })).toEqual([])
  })
})

/** Another value that the column accepts. */
const otherValue: Record<string, string> = {
  client_id: 'gen_random_uuid()',
  id: 'r.id + 500000',
  // Below the millisecond: what a Date would not see.
  at: "r.at + interval '1 microsecond'",
  actor_kind: "'person'",
  outcome: "'denied'",
  changes: `r.changes || '{"sum": 1.0}'`,
}

describe('what somebody with the whole database did to it is found', () => {
  test('every column of the table is covered by the newest version of the chain', async () => {
    const columns = await owner<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'audit_records'`
    expect(columns.map(({ name }) => name).sort()).toEqual([...(chainVersions.at(-1) ?? [])].sort())
  })

  test.each(chainVersions.at(-1) ?? [])('a changed %s', async (column) => {
    const other = await tenancy.makeCompany()
    const id = idAt(5)
    const value = column === 'msp_id' ? `'${other.mspId}'` : (otherValue[column] ?? `r.${column} || '.'`)
    // An id that is generated always: who holds the database changes that first.
    await owner.unsafe('alter table audit_records alter column id drop identity')
    await owner.unsafe(`update audit_records r set ${column} = ${value} where r.id = ${id}`)
    await owner.unsafe(
      `alter table audit_records alter column id add generated always as identity (restart with ${restarts++}000000)`,
    )
    const sentences = await found()
    expect(sentences[0]).toMatch(
      ['msp_id', 'id'].includes(column)
        ? new RegExp(`^Record ${id} was removed: it was sealed 2026-09-18 10:00:01 UTC as number 5`)
        : new RegExp(
            `^Record ${id} \\(2026-09-18 10:00:00 UTC, .*, client:create.?\\) was altered after it was sealed`,
          ),
    )
    if (column === 'id') expect(sentences[1]).toMatch(/^Record \d+ .* was put in/)
  })

  test('a removed record', async () => {
    await owner`delete from audit_records where id = ${idAt(4)}`
    expect(await found()).toEqual([`Record ${idAt(4)} was removed: it was sealed 2026-09-18 10:00:01 UTC as number 4.`])
  })

  test('a removed record with its seal', async () => {
    await owner`delete from audit_records where id = ${idAt(4)}`
    await owner`delete from audit_seals where record_id = ${idAt(4)}`
    const sentences = await found()
    expect(sentences[0]).toBe('Seal 4 was removed: after 3 comes 5.')
    // The next seal was made over the one that is gone.
    expect(sentences[1]).toContain(`Record ${idAt(5)} `)
  })

  test('a removed seal', async () => {
    await owner`delete from audit_seals where msp_id = ${company.mspId} and position in (6, 7)`
    const sentences = await found()
    expect(sentences[0]).toBe('Seals 6 to 7 were removed: after 5 comes 8.')
    expect(sentences.filter((each) => each.includes('neither sealed nor waiting'))).toHaveLength(2)
  })

  test('a record that was put in past the list', async () => {
    await owner.unsafe('alter table audit_records disable trigger await_seal')
    await copyRecord(idAt(5), '900000000')
    await owner.unsafe('alter table audit_records enable trigger await_seal')
    expect(await found()).toEqual([expect.stringMatching(/^Record 900000000 .* was put in, or its seal was removed/)])
  })

  test('a record of former days that was put in, and sealed by the sweep as all are', async () => {
    await copyRecord(idAt(5), String(await freeId()), "at - interval '3 days'")
    await sealRecords(later(10_000))
    expect(await found()).toEqual([expect.stringMatching(/ was put in later: record/)])
  })

  test('a new record that says it is of former days', async () => {
    await copyRecord(idAt(5), '900000001', "at - interval '3 days'")
    await sealRecords(later(10_000))
    expect(await found()).toEqual([
      expect.stringMatching(
        /^Record 900000001 .* was put in later: records up to 2026-09-18 10:00:00 UTC were sealed before it/,
      ),
    ])
  })

  test('a record that was removed while it waited', async () => {
    const { clientId } = await company.makeClient()
    const [row] = await owner<{ id: string }[]>`delete from audit_records where subject_id = ${clientId} returning id`
    expect(await found()).toEqual([`Record ${row?.id} was removed while it waited to be sealed.`])
    // And the sweep goes on past it.
    await company.makeClient()
    expect(await sealRecords(later(2_000))).toBe(1)
    await owner`delete from audit_unsealed where record_id = ${Number(row?.id)}`
  })

  test('a line that was put onto the list does not stop the sweep, and is named', async () => {
    await owner`insert into audit_unsealed (msp_id, record_id) values (${company.mspId}, ${idAt(3)})`
    await company.makeClient()
    expect(await sealRecords(later(2_000))).toBe(1)
    expect(await found()).toEqual([expect.stringContaining(`Record ${idAt(3)} is on the list`)])
    await owner`delete from audit_unsealed where record_id = ${idAt(3)}`
  })

  test('two records that changed places', async () => {
    await owner`update audit_records r set subject_id = o.subject_id, subject_name = o.subject_name, client_id = o.client_id
      from audit_records o where o.msp_id = r.msp_id and r.id in (${idAt(3)}, ${idAt(6)}) and o.id in (${idAt(3)}, ${idAt(6)}) and o.id <> r.id`
    const sentences = await found()
    expect(sentences).toHaveLength(2)
    expect(sentences[0]).toContain(`Record ${idAt(3)} `)
    expect(sentences[1]).toContain(`Record ${idAt(6)} `)
  })

  test('two seals that changed places', async () => {
    await owner`update audit_seals set position = 100 where msp_id = ${company.mspId} and position = 3`
    await owner`update audit_seals set position = 3 where msp_id = ${company.mspId} and position = 6`
    await owner`update audit_seals set position = 6 where msp_id = ${company.mspId} and position = 100`
    expect((await found()).length).toBeGreaterThanOrEqual(2)
  })

  test('a cut-off tail', async () => {
    await owner`delete from audit_records where msp_id = ${company.mspId} and id > ${idAt(8)}`
    await owner`delete from audit_seals where msp_id = ${company.mspId} and position > 8`
    expect(await found()).toEqual([
      'The chain was cut off: the head signed for 2026-09-18 is seal 10, and the chain ends at 8.',
    ])
  })

  test('a cut-off tail of today, by the head that somebody copied', async () => {
    await company.makeClient()
    await sealRecords(later(dayMs + 1_000))
    const [tip] = await owner<{ position: string; hash: string }[]>`
      select position, hash from audit_seals where msp_id = ${company.mspId} order by position desc limit 1`
    const known = [{ position: Number(tip?.position), hash: tip?.hash ?? '' }]
    const at = later(dayMs + 2_000)
    expect(await found({ known, at })).toEqual([])
    await owner`delete from audit_records where msp_id = ${company.mspId} and id > ${idAt(10)}`
    await owner`delete from audit_seals where msp_id = ${company.mspId} and position > 10`
    expect(await found({ known, at })).toEqual([
      'The chain was cut off: the head that you gave is seal 11, and the chain ends at 10.',
    ])
  })

  test('everything after a point written anew, with hashes that fit', async () => {
    await owner`update audit_records set reason = 'a better one' where id = ${idAt(6)}`
    await rewriteFrom(6)
    expect(await found()).toEqual([
      'The chain was rewritten: the head signed for 2026-09-18 is not the seal 10 that stands there now.',
    ])
  })

  test('and with a head that was signed anew, by another key or under the same name', async () => {
    await owner`update audit_records set reason = 'a better one' where id = ${idAt(6)}`
    await rewriteFrom(6)
    await owner`delete from audit_heads where msp_id = ${company.mspId}`
    expect(await found()).toEqual(['The signed head of 2026-09-18 is missing.'])
    const forger = makeSigner().signer
    await signHeads(tomorrow, forger)
    expect(await found()).toEqual([expect.stringContaining('which was not given')])
    await owner`update audit_heads set key_id = ${signer.keyId} where msp_id = ${company.mspId}`
    expect(await found()).toEqual(['The head of 2026-09-18 has a false signature: it was altered.'])
  })

  test('seals that say they are of another day, to do without the head of theirs', async () => {
    await owner`delete from audit_heads where msp_id = ${company.mspId}`
    await owner`update audit_seals set sealed_at = ${tomorrow} where msp_id = ${company.mspId}`
    expect(await found()).toHaveLength(10)
  })

  test('a log without anything', async () => {
    await owner`delete from audit_heads where msp_id = ${company.mspId}`
    await owner`delete from audit_seals where msp_id = ${company.mspId}`
    await owner`delete from audit_records where msp_id = ${company.mspId}`
    expect(await found()).toEqual([expect.stringContaining('There is no record at all')])
  })
})

/** Copies a record under another id, as who holds the database can. */
async function copyRecord(id: number, as: string, at = 'at'): Promise<void> {
  const others = (chainVersions.at(-1) ?? []).filter((each) => !['id', 'at'].includes(each)).join(', ')
  await owner.unsafe(`insert into audit_records (id, at, ${others}) overriding system value
    select ${as}, ${at}, ${others} from audit_records where id = ${id}`)
}

/** An id of an MSP's own that lies before its newest: the identity counts for all MSPs. */
async function freeId(): Promise<number> {
  const [first] = await owner<{ id: string }[]>`select min(id) as id from audit_records where msp_id = ${company.mspId}`
  return Number(first?.id) - 1
}

/** What an attacker who knows the code does: every seal from `position` on computed anew. */
async function rewriteFrom(position: number): Promise<void> {
  const rows = await owner<{ position: string; hash: string; sealedAt: string; record: RecordText }[]>`
    select s.position, s.hash, ${owner.unsafe(momentText('s.sealed_at'))} as "sealedAt", ${owner.unsafe(recordText)} as record
    from audit_seals s join audit_records r on r.msp_id = s.msp_id and r.id = s.record_id
    where s.msp_id = ${company.mspId} order by s.position`
  let previousHash = ''
  for (const row of rows) {
    const seal = { ...row, position: Number(row.position), previousHash }
    previousHash = seal.position < position ? row.hash : hashRecord(seal)
    await owner`update audit_seals set hash = ${previousHash} where msp_id = ${company.mspId} and position = ${seal.position}`
  }
}
