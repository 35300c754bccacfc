import { createHash, randomUUID, sign } from 'node:crypto'
import { doorPaths, enrolText } from '../../agent/wire/door.ts'
import type { ProbeRead, SetReport } from '../../agent/wire/report.ts'
import { enrolRequestSchema, reportsRequestSchema } from '../../agent/wire/schema.ts'
import { exampleHashes, exampleMissing, examplePackages, type TestDevice } from './test-device.ts'

/**
 * A body as an agent sends it, from which the bad ones are made; null = the route takes none. `seal` signs inside the body again after
 * a change, so that a signature that no longer fits does not hide what the change itself does.
 */
export type Example = ((device: TestDevice) => object) | null
export const seals: Record<string, (device: TestDevice, body: Record<string, unknown>) => void> = {
  [doorPaths.enrol]: (device, body) => {
    const { token, publicKey, facts } = enrolRequestSchema.parse(body)
    const text = enrolText(createHash('sha256').update(token).digest('hex'), publicKey, facts.hostName)
    body.proof = sign(null, Buffer.from(text), device.key).toString('base64')
  },
  [doorPaths.reports]: (device, body) => {
    const { reports } = reportsRequestSchema.parse(body)
    body.reports = reports.map(({ report }) => device.signReport(report))
  },
}

const setReport: SetReport = {
  key: 'a'.repeat(64),
  outcome: 'failed',
  versions: [{ manager: 'apt', name: 'lab-svc', before: '1.0', after: null, status: 'iF' }],
  exitCode: 100,
  output: 'dpkg: error processing package',
  reason: 'The script of the package failed.',
  undoClass: 'kept',
}
const probe: ProbeRead = {
  name: 'web',
  at: '2026-09-01T10:00:00.000Z',
  isPassed: false,
  detail: 'no answer',
  phase: 'after-set',
}

/** Every route of the door, with what it takes. A route that is not here fails `bad-input.db.test.ts`. */
export const corpus: Record<string, Example> = {
  'GET /healthz': null,
  'GET /readyz': null,
  'GET /metrics': null,
  'GET /install.sh': null,
  [`GET ${doorPaths.bundle}`]: null,
  [`GET ${doorPaths.bundleHash}`]: null,
  [`GET ${doorPaths.node}`]: null,
  [`GET ${doorPaths.nodeHash}`]: null,
  [`POST ${doorPaths.enrol}`]: (device) => ({
    token: 'T'.repeat(32),
    publicKey: device.publicKey,
    facts: { ...device.facts, tags: ['web'], rebootReasons: ['linux-image'] },
    proof: 'A'.repeat(88),
  }),
  [`POST ${doorPaths.checkIn}`]: () => ({
    agentVersion: '0.1.0',
    bootId: 'boot',
    hashes: exampleHashes(),
    reportSeq: 1,
  }),
  [`POST ${doorPaths.roots}`]: () => ({ after: 1, refusal: 'it is not signed' }),
  [`POST ${doorPaths.inventory}`]: (device) => ({
    hashes: exampleHashes(),
    scannedAt: '2026-09-01T10:00:00.000Z',
    facts: { ...device.facts, tags: ['web'], rebootReasons: ['linux-image'] },
    packages: examplePackages(1),
    missing: { ...exampleMissing('lab-svc=2.0'), waiting: [{ name: 'lab-lib', reason: 'held' }], trouble: 'none' },
  }),
  [`POST ${doorPaths.poll}`]: () => ({ waitMs: 0, openOrderId: randomUUID() }),
  [`POST ${doorPaths.permit}`]: () => ({ orderId: randomUUID() }),
  [`POST ${doorPaths.reports}`]: (device) => {
    const refusal = { code: 'bad-signature' as const, detail: 'no key' }
    return { reports: [device.makeReport({ sets: [setReport], probes: [probe], refusal, summary: 'It failed.' })] }
  },
}

/** Bodies that are no JSON object of the wire at all, with the status they get. */
export const rawBodies: [name: string, body: string | Buffer, status: number][] = [
  ['nothing', '', 400],
  ['half an object', '{"reportSeq":', 400],
  ['XML', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 400],
  ['an array', '[]', 400],
  ['null', 'null', 400],
  ['a number', '1e999', 400],
  ['NUL bytes', Buffer.alloc(64), 400],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), 400],
  ['a poisoned prototype', '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}', 400],
  ['arrays in arrays', `${'['.repeat(2_000)}${']'.repeat(2_000)}`, 400],
  ['objects in objects', `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`, 400],
  ['ten megabytes', Buffer.alloc(10_000_000, 0x20), 413],
]

/** Text that no field takes. */
export const unprintable = [
  '\u0000',
  'a\u0000b',
  '\u001b[31mred',
  'a\u202eb',
  '\u0085',
  '\u2028',
  '\ud800',
  'x'.repeat(10_000),
]

/** Text that is only text: where a field takes it, it is stored as it came; where not, it is refused. Never more. */
export const hostile = [
  `'; drop table devices; --`,
  `$1) or 1=1; select pg_sleep(9) --`,
  `\\'; copy devices to program 'id'; --`,
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `{{constructor.constructor('return 1')()}}`,
  '=cmd|calc!A0',
  '../../etc/passwd',
  '$(reboot)`reboot`',
  '%s%n%00',
]

type Path = (string | number)[]
interface Change {
  name: string
  body: object
}

/** Each leaf and each object of a body changed in every wrong way. Optional sections may be absent, so only leaves are removed. */
export function* makeMalformed(example: object): Generator<Change> {
  for (const [path, value] of walk(example)) {
    const at = path.join('.') || 'body'
    const change = (name: string, changed: unknown): Change => ({
      name: `${at} ${name}`,
      body: replace(example, path, changed),
    })
    if (typeof value === 'string') {
      yield change('is a number', 7)
      yield change('is an object', {})
      for (const text of unprintable) yield change(`is ${JSON.stringify(text.slice(0, 12))}`, text)
    } else if (typeof value === 'number') {
      for (const wrong of ['1', 1.5, -1e300, true, [1]]) yield change(`is ${JSON.stringify(wrong)}`, wrong)
    } else if (typeof value === 'boolean') {
      for (const wrong of ['true', 1, null]) yield change(`is ${JSON.stringify(wrong)}`, wrong)
    } else if (Array.isArray(value)) {
      for (const wrong of [{}, 'x', null, [[]], [null]]) yield change(`is ${JSON.stringify(wrong)}`, wrong)
      yield change('is endless', Array(21_000).fill(value[0] ?? 0))
    } else if (typeof value === 'object' && value !== null) {
      yield change('has an unknown field', { ...value, isAdmin: true })
      yield change('is an array', [value])
      if (path.length > 0) yield change('is text', 'x')
      for (const key of Object.keys(value)) {
        if (isOptional(path, key)) continue
        yield change(`lacks ${key}`, Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)))
      }
    }
  }
}

/** Each text of a body replaced by each hostile text. */
export function* makeHostile(example: object): Generator<Change> {
  for (const [path, value] of walk(example)) {
    if (typeof value !== 'string') continue
    for (const text of hostile) yield { name: `${path.join('.')} is ${text}`, body: replace(example, path, text) }
  }
}

const isOptional = (path: Path, key: string) =>
  path.length === 0 ? ['facts', 'packages', 'missing'].includes(key) : path[0] === 'facts' && key === 'tags'

function* walk(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value))
    yield* walk(member, [...path, Array.isArray(value) ? Number(key) : key])
}

function replace(body: object, path: Path, changed: unknown): object {
  const holder = { body: structuredClone(body) }
  let at: Record<string | number, unknown> = holder
  let key: string | number = 'body'
  for (const step of path) {
    // The path was made by walking this very body.
    at = at[key] as Record<string | number, unknown>
    key = step
  }
  at[key] = changed
  return holder.body
}
