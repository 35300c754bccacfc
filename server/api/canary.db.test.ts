import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { closePools } from '../../db/tenant.ts'
import { forgetKeyLimits } from '../auth/api-key-limits.ts'
import { contextOf } from '../auth/contexts.ts'
import { findSession, startSession } from '../auth/sessions.ts'
import { closeAuth } from '../auth/store.ts'
import { accountProcedures, Browser } from '../auth/testing/browser.ts'
import { csvListNames } from '../csv/schema.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { announceChanges } from '../live/announce-changes.ts'
import { endLiveStreams, openLiveStream } from '../live/hub.ts'
import { openMailbox } from '../members/testing.ts'
import { askRest, makeKey } from '../rest/isolation.ask.ts'
import { furtherCases as furtherRestCases, cases as restCases } from '../rest/isolation.cases.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { answerCsv } from './answer-csv.ts'
import { answerExport } from './answer-export.ts'
import { mapTexts, unstamped } from './canary.columns.ts'
import { growClient } from './canary.grow.ts'
import {
  type CanaryWorld,
  hiddenMarks,
  listTexts,
  type Mark,
  makeCanaryWorld,
  markOf,
  type Part,
  stamps,
  type Who,
  withAllRows,
} from './canary.world.ts'
import { ask, procedures } from './isolation.ask.ts'
import { cases, furtherCases } from './isolation.cases.ts'
import { doorCases } from './isolation.door.cases.ts'
import { noVersions } from './isolation.world.ts'

/** Every line that the process logs while it answers. */
const lines = vi.hoisted(() => [] as string[])
vi.mock('pino', async (importOriginal) => {
  const real = await importOriginal<typeof import('pino')>()
  const heard = { write: (line: string) => void lines.push(line) }
  return { ...real, pino: (options: Parameters<typeof real.pino>[0]) => real.pino(options ?? {}, heard) }
})
vi.mock('next/headers', async () => (await import('../auth/testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('../auth/testing/next-auth.ts')).nextAuth)

let door: TestDoor
let made: CanaryWorld
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  door = await startTestDoor()
  mailbox = await openMailbox()
  made = await makeCanaryWorld(door)
}, 120_000)
afterAll(async () => {
  endLiveStreams()
  await closePools()
  await closeAuth()
  await door?.stop()
  await mailbox?.close()
})
beforeEach(() => forgetKeyLimits())

// `Object.keys` of records of ours.
const everybody = Object.keys(hiddenMarks) as Who[]
const parts = ['first', 'second', 'foreign', 'abroad'] as const
const marks = Object.keys(stamps) as Mark[]
const isPart = (mark: Mark): mark is Part => parts.some((part) => part === mark)
const verbs = new Set(procedures.filter(({ isVerb }) => isVerb).map(({ path }) => path))
const all = [...Object.entries(cases), ...Object.entries(furtherCases)].map(([name, each]) => {
  const path = name.split(' ')[0] ?? ''
  return { name, path, each, isVerb: verbs.has(path) }
})

/** Stamps and ids in a text that this person may find nowhere; what they sent themselves does not count. */
function findForeign(who: Who, text: string, sent: unknown = ''): string[] {
  const asked = JSON.stringify(sent) ?? ''
  const secrets = hiddenMarks[who].flatMap((mark) => [
    stamps[mark],
    ...(isPart(mark) ? Object.values<string>({ ...made.ids[mark] }) : []),
  ])
  return secrets.filter((secret) => secret !== '' && text.includes(secret) && !asked.includes(secret))
}

/** The stamps that stand in a text, whoever reads it. */
const stampsIn = (text: string) => marks.filter((mark) => text.includes(stamps[mark]))

test('every text of every row carries the stamp of its client or of its MSP', async () => {
  const bare = new Set<string>()
  const filled = new Map<string, Set<string>>()
  await withAllRows(door.database.owner, async (tx) => {
    for (const { table, columns, rows } of await listTexts(tx))
      for (const { column } of columns) {
        const name = `${table}.${column}`
        const seen = filled.get(name) ?? new Set()
        filled.set(name, seen)
        for (const row of rows) {
          const mark = markOf(made, table, row)
          mapTexts(row[column], name, (text) => {
            if (text.includes(stamps[mark])) seen.add(mark)
            else bare.add(`${name} of ${mark}: ${text.slice(0, 60)}`)
            return text
          })
        }
      }
  })
  expect([...bare]).toEqual([])
  // Each holds one of either MSP at least: a column without a row proves nothing.
  const listed = [...filled.keys()].filter((name) => !(name in unstamped))
  expect(listed.filter((name) => (filled.get(name)?.size ?? 0) < 2)).toEqual([])
  expect(listed.length).toBeGreaterThan(60)
  const known = new Set([...filled.keys()])
  expect(Object.keys(unstamped).filter((name) => !known.has(name.split(':')[0] ?? ''))).toEqual([])
})

describe('numbers', () => {
  const now = new Date()
  const reads = all.filter(({ isVerb }) => !isVerb)
  /** Reads that a person is refused: not asked again, since each refusal is a record in the log that others read. */
  const refused = new Map<Who, Set<string>>()
  /** What each read answers this person about what they may see. */
  async function readAll(who: Who): Promise<Map<string, string>> {
    const answers = new Map<string, string>()
    const no = refused.get(who) ?? new Set()
    refused.set(who, no)
    for (const part of parts.filter((each) => !hiddenMarks[who].includes(each)))
      for (const { name, path, each } of reads) {
        if (no.has(path)) continue
        const input = each.input(made.ids[part], noVersions)
        const { code, text } = await ask(path, input, made.people[who], undefined, now)
        if (code === 'FORBIDDEN') no.add(path)
        answers.set(`${name} of ${part}`, text)
      }
    return answers
  }
  beforeAll(async () => {
    for (const who of everybody) await readAll(who)
  })

  test.each(parts)('are the same for who may not see %s, however much there is of it', async (part) => {
    const strangers = everybody.filter((who) => hiddenMarks[who].includes(part))
    const before = new Map<Who, Map<string, string>>()
    for (const who of strangers) before.set(who, await readAll(who))
    const seer = everybody.find((who) => who !== 'clientManager' && !hiddenMarks[who].includes(part)) ?? 'owner'
    const seen = await readAll(seer)
    await growClient(door, made.refs[part], part)
    for (const who of strangers) {
      const after = await readAll(who)
      for (const [name, text] of before.get(who) ?? []) expect(after.get(name), `${name} as ${who}`).toBe(text)
    }
    // Who may see it does read other numbers: nothing above is the same for another reason.
    const grown = await readAll(seer)
    const moved = [...seen].filter(([name, text]) => grown.get(name) !== text).map(([name]) => name.split(' ')[0])
    for (const path of [
      'session.counts',
      'overview.get',
      'devices.list',
      'patches.list',
      'clients.list',
      'search.everything',
    ])
      expect(moved, path).toContain(path)
  })
})

describe.each(everybody)('as %s', (who) => {
  const hidden = hiddenMarks[who].filter(isPart)

  test('no read of the console', async () => {
    let said = ''
    for (const { name, path, each, isVerb } of all) {
      if (isVerb) continue
      for (const part of parts) {
        const input = each.input(made.ids[part], noVersions)
        const { text } = await ask(path, input, made.people[who])
        expect(findForeign(who, text, input), `${name} with ids of ${part}`).toEqual([])
        said += text
      }
    }
    // What they may see does stand there.
    for (const part of parts) expect(said.includes(stamps[part]), part).toBe(!hidden.includes(part))
  })

  test('no list of their own account', async () => {
    const { userId, slug } = made.people[who]
    const browser = new Browser(new Date())
    await browser.hold({ userId, stage: 'full', method: 'totp' })
    const others = marks.filter((mark) => mark.endsWith('Msp') && stamps[mark] !== slug)
    for (const { path, type } of accountProcedures) {
      if (type !== 'query') continue
      const reply = await browser.ask(path)
      expect(reply.code, path).toBe('ok')
      const text = JSON.stringify(reply)
      for (const mark of [...others, ...hidden]) expect(text, path).not.toContain(stamps[mark])
      if (path === 'security.get') expect(text).toContain(`Passkey of ${slug}`)
    }
  })

  test('no CSV file, whatever its filters', async () => {
    for (const list of csvListNames)
      for (const query of [
        '',
        ...parts.map((part) => `?client=${made.ids[part].clientId}`),
        '?filter=all',
        '?state=lifted',
      ]) {
        const { text } = await fetchAs(who, (findSignedIn) =>
          answerCsv(new Request(`http://127.0.0.1/csv/${list}${query}`), {
            msp: made.people[who].slug,
            list,
            findSignedIn,
          }),
        )
        expect(findForeign(who, strFromU8(text), query), `${list}${query}`).toEqual([])
      }
  })

  test('no export of a client', async () => {
    for (const part of parts) {
      const { clientId } = made.ids[part]
      const { status, text } = await fetchAs(who, (findSignedIn) =>
        answerExport(new Request('http://127.0.0.1/export'), { msp: made.people[who].slug, clientId, findSignedIn }),
      )
      if (hidden.includes(part)) expect(status, part).toBeOneOf([403, 404])
      const files = status === 200 ? Object.entries(unzipSync(text)) : [['answer', text] as const]
      for (const [name, bytes] of files) {
        const found = findForeign(who, name + strFromU8(bytes), clientId)
        expect(found, `${part} ${name}`).toEqual([])
        if (status === 200)
          for (const other of parts) if (other !== part) expect(strFromU8(bytes)).not.toContain(stamps[other])
      }
    }
  })

  test('no answer to a program of theirs', async () => {
    const key = await makeKey(made.people[who]).catch(() => null)
    // Who may make no key has none.
    expect(key === null).toBe(['billing', 'readOnly', 'clientManager'].includes(who))
    if (!key) return
    for (const [name, each] of [...Object.entries(restCases), ...Object.entries(furtherRestCases)]) {
      const route = name.split(' ').slice(0, 2).join(' ')
      for (const part of route.startsWith('GET') ? parts : hidden) {
        const input = each.input(made.ids[part])
        const { text } = await askRest(route, input, key.header)
        expect(findForeign(who, text, input), `${name} with ids of ${part}`).toEqual([])
      }
    }
  })

  /** The answer to somebody who has just proved who they are. */
  async function fetchAs(
    person: Who,
    answer: (findSignedIn: () => ReturnType<typeof findSession>) => Promise<Response>,
  ): Promise<{ status: number; text: Uint8Array }> {
    const now = new Date()
    const { userId } = made.people[person]
    const { token } = await startSession({ userId, stage: 'full', method: 'totp' }, now)
    const response = await answer(() => findSession(hashToken(token), now))
    return { status: response.status, text: new Uint8Array(await response.arrayBuffer()) }
  }
})

test.each(parts)('the door tells a device of %s nothing of others', async (part) => {
  for (const call of Object.values(doorCases)) {
    if (call === 'open') continue
    for (const other of parts) {
      const { body } = await call(made.devices[part], made.ids[other])
      const found = stampsIn(JSON.stringify(body)).filter((mark) => mark !== part)
      expect(found, `${part} with ids of ${other}`).toEqual([])
    }
  }
})

test('no verb, no mail and no stream', async () => {
  const { world, people, ids } = made
  const heard = new Map<Who, string>()
  const streams = []
  for (const who of everybody) {
    const ctx = await contextOf({ userId: people[who].userId, provedAt: new Date() }, people[who].slug)
    const write = (text: string) => void heard.set(who, (heard.get(who) ?? '') + text)
    const session = { tokenHash: who, userId: people[who].userId }
    streams.push(openLiveStream(session, { scope: ctx, recheck: async () => ctx, write, onEnd: () => {} }))
  }
  // Listening begins some time after the first stream.
  await vi.waitFor(async () => {
    await world.renew()
    await announceChanges()
    expect(heard.get('owner')).toContain('event: change')
  }, 20_000)

  for (const { name, path, each, isVerb } of all) {
    if (!isVerb) continue
    for (const who of everybody)
      for (const part of hiddenMarks[who].filter(isPart)) {
        const input = each.input(ids[part], noVersions)
        const { text } = await ask(path, input, people[who])
        expect(findForeign(who, text, input), `${name} as ${who} with ids of ${part}`).toEqual([])
      }
    for (const who of ['owner', 'technician'] as const) {
      const input = each.input(await world.renew(each.state), await world.findVersions())
      const { text } = await ask(path, input, people[who])
      expect(findForeign(who, text, input), `${name} as ${who}`).toEqual([])
    }
  }
  await world.renew()
  for (const who of everybody) {
    const browser = new Browser(new Date(), `203.0.113.${everybody.indexOf(who)}`)
    await browser.ask('signIn.askRecovery', { email: `${people[who].slug}-${people[who].userId}@example.org` })
  }
  await ask('members.invite', cases['members.invite']?.input(ids.foreign, noVersions), people.otherMsp)

  await vi.waitFor(() => {
    const mails = mailbox.mailsTo('').map(({ subject, text }) => `${subject}\n${text}`)
    const bySender = (mark: Mark) => mails.filter((mail) => mail.includes(stamps[mark]))
    expect(bySender('ownMsp').length).toBeGreaterThan(1)
    expect(bySender('foreignMsp').length).toBeGreaterThan(0)
  }, 20_000)
  for (const { subject, text } of mailbox.mailsTo('')) {
    const named = stampsIn(`${subject}\n${text}`)
    expect(
      named.filter((mark) => mark === 'second' || mark === 'abroad'),
      text,
    ).toEqual([])
    expect(
      named.some((mark) => mark.startsWith('foreign')) && named.some((mark) => !mark.startsWith('foreign')),
      text,
    ).toBe(false)
  }

  await announceChanges()
  await vi.waitFor(() => expect(heard.get('owner')).toContain('"topic":"invitation"'), 20_000)
  for (const who of everybody) {
    const text = heard.get(who) ?? ''
    expect(findForeign(who, text), `the stream of ${who}`).toEqual([])
    expect(stampsIn(text), `the stream of ${who}`).toEqual([])
  }
  for (const stream of streams) stream.end()
}, 240_000)

test('no line of the log, also where the database refuses a row and repeats it', async () => {
  await door.database.owner.begin(async (tx) => {
    const tables =
      await tx`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'msp_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'audit_unsealed'`
    for (const { name } of tables)
      await tx.unsafe(`alter table ${name} add constraint broken check (msp_id is null) not valid`)
  })
  await door.database.owner`alter table auth.passkeys add constraint broken check (counter < 0) not valid`
  const { userId } = made.people.owner
  const browser = new Browser(new Date())
  await browser.hold({ userId, stage: 'full', method: 'totp' })
  const renamed = await browser.ask('factors.renamePasskey', { credentialId: userId, name: stamps.ownMsp })
  expect(renamed.code).toBe('INTERNAL_SERVER_ERROR')
  const from = lines.length
  let failed = 0
  for (const { path, each, isVerb } of all) {
    if (!isVerb) continue
    const { code, text } = await ask(path, each.input(made.ids.first, noVersions), made.people.owner)
    if (code !== 'INTERNAL_SERVER_ERROR') continue
    failed += 1
    expect(stampsIn(text), path).toEqual([])
    expect(text, path).not.toMatch(/constraint|relation|insert|update/i)
  }
  expect(failed).toBeGreaterThan(10)
  expect(lines.length - from).toBeGreaterThanOrEqual(failed)
  expect(lines.filter((line) => stampsIn(line).length > 0).map((line) => line.slice(0, 800))).toEqual([])
})
