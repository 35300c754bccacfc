import { randomUUID } from 'node:crypto'

/** Text that no field of the console takes. */
const badTexts = ['aaa\u0000bbb', 'a\ud800bc', 'aaa\u001b[31m', 'a\u202ebcd', 'aaa\u2028bbb', 'x'.repeat(5_000)]

const ids = {
  patchId: randomUUID(),
  clientId: randomUUID(),
  deviceId: randomUUID(),
  rolloutId: randomUUID(),
  holdId: randomUUID(),
  decisionId: randomUUID(),
}
const { patchId, clientId, deviceId, rolloutId, holdId, decisionId } = ids

const ring = (name: string, members: object) => ({
  ...{ name, members, deferralMs: 0, soakMs: 0, concurrency: null, deadlineMs: 60_000, window: { kind: 'always' } },
})
const savesRings = (name: string, tag: string) => ({
  clientId,
  basedOnVersion: 0,
  document: { rings: [ring(name, { kind: 'tags', tags: [tag] }), ring('Rest', { kind: 'rest' })] },
})

/** Each field of the console that takes text, in an input that is good but for it. */
export const textFields: [field: string, path: string, input: (text: string) => object][] = [
  ['search', 'devices.list', (search) => ({ search })],
  ['tags', 'devices.tag', (tag) => ({ deviceId, tags: [tag] })],
  ['search', 'patches.list', (search) => ({ search })],
  ['after', 'patches.list', (after) => ({ after })],
  ['before', 'patches.list', (before) => ({ before })],
  ['cursor', 'patches.devices', (hostName) => ({ patchId, clientId, cursor: { hostName, deviceId } })],
  ['reason', 'patches.decide', (reason) => ({ patchId, clients: [clientId], kind: 'reject', reason })],
  ['reason', 'patches.withdrawDecision', (reason) => ({ decisionId, reason })],
  ['search', 'rollouts.devices', (search) => ({ rolloutId, search })],
  ['cursor', 'rollouts.devices', (hostName) => ({ rolloutId, cursor: { hostName, id: deviceId } })],
  ['text', 'search.everything', (text) => ({ text })],
  ['after', 'rollouts.list', (after) => ({ after })],
  ['title', 'rollouts.start', (title) => ({ clientId, title })],
  ['reason', 'rollouts.pause', (reason) => ({ rolloutId, reason })],
  ['reason', 'rollouts.resume', (reason) => ({ rolloutId, reason })],
  ['reason', 'rollouts.abort', (reason) => ({ rolloutId, reason })],
  ['reason', 'rollouts.promote', (reason) => ({ rolloutId, position: 0, reason })],
  ['reason', 'rollouts.rollBack', (reason) => ({ rolloutId, patchIds: [patchId], reason })],
  ['reason', 'rollouts.confirmGate', (reason) => ({ rolloutId, position: 0, patchId, answer: 'stop', reason })],
  ['reason', 'holds.set', (reason) => ({ patchId, clients: [clientId], reason })],
  ['reason', 'holds.lift', (reason) => ({ holdId, reason })],
  ['name', 'clients.create', (name) => ({ name, timeZone: 'UTC' })],
  ['siteName', 'clients.create', (siteName) => ({ name: 'With a site', timeZone: 'UTC', siteName })],
  ['timeZone', 'clients.create', (timeZone) => ({ name: 'With a zone', timeZone })],
  ['ring name', 'policies.save', (name) => savesRings(name, 'test')],
  ['ring tag', 'policies.save', (tag) => savesRings('Test', tag)],
]
export const badFields = textFields.flatMap(([field, path, input]) =>
  badTexts.map((text) => [`${path} ${field} ${JSON.stringify(text.slice(0, 12))}`, path, input(text)] as const),
)

const nil = '00000000-0000-0000-0000-000000000000'
const defers = (deferUntil: Date) => ({ patchId, clients: [clientId], kind: 'defer', deferUntil, reason: 'Later' })

/** Keys, times and numbers that nothing has. */
export const badValues: [path: string, input: unknown][] = [
  ...[
    `2026-99-99T99:99:99Z_${nil}`,
    `2026-02-30T10:00:00Z_${nil}`,
    `0000-01-01T00:00:00Z_${nil}`,
    `9999-12-31T23:59:59Z_${nil}`,
    `2026-01-01T....Z_${nil}`,
    `2026-01-01T00:00:00Z_${'-'.repeat(36)}`,
    `2026-01-01T00:00:00Z_${nil}_${nil}`,
    '2026-01-01T00:00:00Z',
  ].map((after): [string, unknown] => ['rollouts.list', { after }]),
  ['patches.decide', defers(new Date('+275760-09-13T00:00:00.000Z'))],
  ['patches.decide', defers(new Date('2100-01-01T00:00:00.001Z'))],
  ['patches.decide', defers(new Date('0000-01-01T00:00:00.000Z'))],
  ['patches.decide', defers(new Date('-200000-01-01T00:00:00.000Z'))],
  ['patches.decide', defers(new Date(Number.NaN))],
  ['audit.list', { before: 1e300 }],
  ['audit.list', { after: -1 }],
  ['search.everything', {}],
  ['search.everything', { text: '   ' }],
  ['search.everything', { text: 'x'.repeat(101) }],
  ['devices.get', [deviceId]],
  ['devices.get', { deviceId: [deviceId] }],
  ['devices.get', { deviceId: 'not-a-uuid' }],
  ['policies.save', { clientId, basedOnVersion: 1e20, document: {} }],
]

/** Bodies that superjson did not write, or that are no JSON. */
export const badBodies: [name: string, body: string][] = [
  ['nothing', ''],
  ['half an object', '{'],
  ['null', 'null'],
  ['a number', '1'],
  ['an array', '[1,2]'],
  ['NUL bytes', '\u0000\u0000'],
  ['a batch that is none', '{"0":{"json":1}}'],
  ['a poisoned prototype', '{"json":{"name":"aa","timeZone":"UTC"},"meta":{"values":{"__proto__.polluted":["Date"]}}}'],
  [
    'a poisoned constructor',
    '{"json":{"name":"aa","timeZone":"UTC"},"meta":{"referentialEqualities":{"name":["constructor.prototype.x"]}}}',
  ],
  ['a class', '{"json":{"name":"aa","timeZone":"UTC"},"meta":{"values":{"name":[["class","x"]]}}}'],
  ['an unknown tag', '{"json":{"name":"aa","timeZone":"UTC"},"meta":{"values":{"name":["made-up"]}}}'],
  ['a symbol', '{"json":{"name":"aa","timeZone":"UTC"},"meta":{"values":{"name":[["symbol","x"]]}}}'],
  ['an expression', '{"json":{"name":"/(a+)+$/","timeZone":"UTC"},"meta":{"values":{"name":["regexp"]}}}'],
  ['a broken expression', '{"json":{"name":"/(/","timeZone":"UTC"},"meta":{"values":{"name":["regexp"]}}}'],
  ['arrays in arrays', `{"json":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
]

/** What an address may hold in the place of an MSP's name, decoded. */
export const badSlugs = [
  '\u0000',
  'a\u0000',
  '\ud800',
  '..',
  'a/b',
  'A',
  "' or 1=1",
  '',
  'a'.repeat(9_000),
  '__proto__',
]
