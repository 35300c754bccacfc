import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/** Who may import from whom; everything that is not written here is forbidden. A folder of tests and the root's configs come last. */
const arrows: Record<string, readonly string[]> = {
  app: ['app/', 'components/', 'server/'],
  components: ['components/'],
  server: ['server/', 'db/', 'agent/wire/', 'components/format.ts'],
  workflows: ['workflows/', 'server/'],
  db: ['db/'],
  agent: ['agent/'],
  tools: [''],
  e2e: [''],
}
/** Single files beside the table, each with its reason. */
const exceptions: Record<string, readonly string[]> = {
  // Entries of processes open the pools.
  'workflows/worker.ts': ['db/tenant.ts'],
  'instrumentation.ts': ['server/', 'db/tenant.ts'],
  // The headers of pages, and nothing of what they hold.
  'proxy.ts': ['server/api/content-policy.ts'],
}
const tenantImporters = [
  /^server\/(access|ingest)\.ts$/,
  /^server\/auth\/store\.ts$/,
  /^workflows\/worker\.ts$/,
  /^instrumentation\.ts$/,
  /^tools\//,
]
/** Jobs over all MSPs. Another file here needs a reason that one tenant is not enough. */
const acrossImporters = [
  // The chain of every MSP is sealed by one sweep.
  'server/audit/seal-records.ts',
  'server/audit/sign-heads.ts',
  // One look at all devices, for the bill of each MSP.
  'server/billing/count-usage.ts',
  // Whose customer an event of Stripe is about, and who pays.
  'server/billing/follow-events.ts',
  // What a month cost each client, once it is over.
  'server/billing/make-due-statements.ts',
  'server/billing/send-meters.ts',
  'server/client-erasures/erase-due-clients.ts',
  'server/devices/refresh-fleet.ts',
  'server/due-dates/refresh-dues.ts',
  'server/live/announce-changes.ts',
  'server/members/create-msp.ts',
  'server/reports/count-asked-reports.ts',
  'server/reports/delivery/mail-reports.ts',
  'server/reports/delivery/release-due-reports.ts',
  'server/reports/freeze-due-reports.ts',
  'server/rollouts/mark-changed-rings.ts',
  'server/rollouts/plan-due-rollouts.ts',
  'server/rollouts/take-back-late.ts',
  // The keys are the same for every MSP, and each is told.
  'server/signing-roots/add-signing-key.ts',
  'server/signing-roots/replace-lost-keys.ts',
  'server/signing-roots/retire-signing-key.ts',
  'server/work-orders/dispatch-orders.ts',
  'server/work-orders/end-late-orders.ts',
  'server/work-orders/load-signer.ts',
  'server/work-orders/sign-orders.ts',
  'workflows/sweeps/outbox-relay.ts',
]
/** Who puts text into SQL as it is, and why it is no way in. Another file here needs such a reason. */
const rawSql: Record<string, string> = {
  'db/apply-functions.ts': 'the files of db/functions',
  'db/roles.ts':
    'names of roles of ours, logins that were matched, a password with its quotes doubled: DDL takes no parameters',
  'db/see-rows.ts': 'names of tables, from the catalogue: DDL takes no parameters',
  'server/audit/seal-records.ts': 'one constant text, which the verifier shares',
  'server/auth/rate-limits.ts': 'statements of the limiter library, which come with their parameters',
  'server/client-exports/read-client-rows.ts': 'types of key columns, from our own schema',
  'server/devices/refresh-fleet.ts': 'a constant number',
  'server/overview/find-rollout-needs.ts': 'a constant number',
  'server/rollouts/find-candidates.ts': 'the name of a table, written there',
  'server/rollouts/plan-due-rollouts.ts': 'the name of a table, written there',
  'server/search/search-everything.ts': 'a constant number, which the planner has to see',
  'server/work-orders/dispatch-orders.ts': 'names of tables in a query: a closed set of letters by their type',
  'tools/audit/find-strays.ts': 'constant texts, shared with the sealing',
  'tools/audit/walk-chain.ts': 'constant texts, shared with the sealing',
  'tools/bench/page-world.ts': 'names of tables, from the catalogue',
  'tools/bench/wall.ts': 'the very statements that were measured, with their parameters',
}
const doorsOfServer = ['server/api/', 'server/rest/', 'server/device-api/', 'server/auth/']
const notNouns = [...doorsOfServer, 'server/env/']
const environmentReaders =
  /^(server\/env\/|agent\/config\.ts$|tools\/|db\/testing\.ts$|[\w.-]+\.config\.\w+$|instrumentation\.ts$|proxy\.ts$)/

interface Import {
  from: string
  /** Path in the repository, or the name of a package. */
  to: string
  isOwn: boolean
  isValue: boolean
  clause: string
}

const rooms = Object.keys(arrows).filter((room) => existsSync(room))
const files = [
  ...rooms.flatMap(listFiles),
  ...readdirSync('.').filter((name) => /\.(ts|mjs)$/.test(name) && !/\.d\.ts$/.test(name)),
]
const sources = new Map(files.map((path) => [path, readFileSync(path, 'utf8')]))
const isCode = (path: string) => /\.(ts|tsx|mjs)$/.test(path)
const isTest = (path: string) =>
  /\.(test|fixture|corpus)\.\w+$|(^|\/)(testing|test-device|factories|(?:isolation|canary)\.[\w.]+)\.ts$|\/testing\/|^(e2e|tools\/world)\//.test(
    path,
  )
const imports = files.filter(isCode).flatMap((path) => importsOf(path, sources.get(path) ?? ''))
const shipped = imports.filter((each) => !isTest(each.from))
const shippedCode = files.filter((path) => isCode(path) && !isTest(path))

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/node_modules|fixtures|histories|migrations/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\.(ts|tsx|mjs|css|sql|md|json|sh|html)$/.test(path))
}

function importsOf(from: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found = [
    ...code.matchAll(
      /^(?:import|export)\s+((?:type\s+)?(?:[\w$*]+(?:\s+as\s+\w+)?\s*,?\s*)?(?:\{[^}]*\})?)\s*from\s*['"]([^'"]+)['"]/gm,
    ),
    ...code.matchAll(/^import\s*()['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\bimport\(\s*()['"]([^'"]+)['"]/g),
  ]
  return found.map(([, clause = '', target = '']) => {
    const isOwn = /^(\.|@\/)/.test(target)
    return { from, to: isOwn ? resolve(from, target) : target, isOwn, isValue: !isTypeOnly(clause), clause }
  })
}

function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true
  const named = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]
  const names =
    named
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? []
  return names.length > 0 && names.every((name) => name.startsWith('type '))
}

function resolve(from: string, target: string): string {
  const path = target.startsWith('@/') ? target.slice(2) : normalize(join(dirname(from), target))
  return [path, `${path}.ts`, `${path}.tsx`].find((each) => sources.has(each) || existsSync(each)) ?? path
}

const roomOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')
const show = ({ from, to }: Import) => `${from} -> ${to}`
const mayUse = (path: string, targets: readonly string[]) =>
  targets.some((target) => path === target || ((target.endsWith('/') || target === '') && path.startsWith(target)))

test('imports are read as they are meant', () => {
  const read = (text: string) => importsOf('server/a/b.ts', text).map(({ to, isValue }) => [to, isValue])
  expect(read("import type { A } from '../access.ts'")).toEqual([['server/access.ts', false]])
  expect(read("import { type A, type B } from '../access.ts'")).toEqual([['server/access.ts', false]])
  expect(read("import { type A,\n  b } from '@/db/tenant'")).toEqual([['db/tenant.ts', true]])
  expect(read("export * from './c.ts'\nimport './d.ts'")).toEqual([
    ['server/a/c.ts', true],
    ['server/a/d.ts', true],
  ])
  expect(read("const x = await import('zod')\n// import { y } from 'nothing'")).toEqual([['zod', true]])
  expect(files.length).toBeGreaterThan(200)
  expect(imports.length).toBeGreaterThan(500)
})

test('every arrow between rooms is in the table', () => {
  const wrong = shipped.filter(({ from, to, isOwn }) => {
    if (!isOwn || !roomOf(from)) return false
    const room = arrows[roomOf(from)] ?? []
    return !mayUse(to, [...room, ...(exceptions[from] ?? [])])
  })
  expect(wrong.map(show)).toEqual([])
})

test('the root only configures, and starts the web process', () => {
  const wrong = shipped.filter(
    ({ from, to, isOwn }) => isOwn && !roomOf(from) && roomOf(to) && !mayUse(to, exceptions[from] ?? []),
  )
  expect(wrong.map(show)).toEqual([])
})

test('what ships imports no test', () => {
  expect(shipped.filter(({ from, to, isOwn }) => isOwn && isTest(to) && !from.startsWith('tools/')).map(show)).toEqual(
    [],
  )
})

test('no file imports itself by a round trip', () => {
  expect(findCycles(shipped.filter(({ isOwn, isValue }) => isOwn && isValue))).toEqual([])
})

function findCycles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from)
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path)
    if (start >= 0) cycles.push([...way.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path)) return
    for (const { to } of next.get(path) ?? []) visit(to, [...way, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return cycles
}

test('links are ours: those of the framework fetch every page ahead that they name', () => {
  expect(shipped.filter(({ to }) => to === 'next/link').map(({ from }) => from)).toEqual(['components/link.tsx'])
})

test('the console looks at its login before it serves: an owner or a superuser would see through the wall', () => {
  expect(sources.get('instrumentation.ts')).toMatch(
    /const unsafe = await findUnsafeLogin\(\)\n {2}if \(unsafe\) throw /,
  )
})

test('one file talks to Stripe', () => {
  expect(shipped.filter(({ to }) => to === 'stripe').map(({ from }) => from)).toEqual(['server/billing/gateway.ts'])
})

test('only the doors get hold of a transaction', () => {
  const wrong = shipped.filter(
    ({ from, to, isValue }) => to === 'db/tenant.ts' && isValue && !tenantImporters.some((each) => each.test(from)),
  )
  expect(wrong.map(show)).toEqual([])
})

test('the jobs over all MSPs are those that are listed', () => {
  const users = shipped
    .filter(({ to, clause }) => to === 'server/access.ts' && /\bacrossTenants\b/.test(clause))
    .map(({ from }) => from)
  expect(users.filter((path) => !path.startsWith('tools/')).sort()).toEqual([...acrossImporters].sort())
})

test('stored policies are read through storedPolicy, plans through frozenPolicy: a new section leaves old ones readable', () => {
  const strict = [...sources].filter(
    ([path, text]) => !isTest(path) && /[pP]olicy\w*Schema\s*\.\w*[pP]arse\(/.test(text),
  )
  // The first checks what somebody is editing.
  const [editor, reader] = [
    'app/m/[msp]/policies/[client]/_components/use-draft.ts',
    'server/policies/stored-policy.ts',
  ]
  expect(strict.map(([path]) => path).sort()).toEqual([editor, reader])
  const plans = [...sources].filter(([path, text]) => !isTest(path) && /\bstoredPolicy\([^)]*\.policy\b/.test(text))
  expect(plans.map(([path]) => path)).toEqual(['server/rollouts/frozen-policy.ts'])
})

test('SQL is written with parameters: text goes into it as it is in the listed files alone, and none of it comes from outside', () => {
  const users = shippedCode.filter((path) => /\bsql\.raw\(|\.unsafe\(/.test(sources.get(path) ?? ''))
  expect(users.sort()).toEqual(Object.keys(rawSql).sort())
})

test('workflow code values only what replays', () => {
  const wrong = shipped.filter(({ from, to, isValue }) => {
    if (!isValue || !/^workflows\/[^/]+\/(workflow|plan)\.ts$/.test(from)) return false
    return to !== '@temporalio/workflow' && !/\/(contract|rules|plan)\.ts$/.test(to)
  })
  expect(wrong.map(show)).toEqual([])
})

test('what runs in a browser takes only schemas, rules and paths from the server', () => {
  const next = Map.groupBy(
    shipped.filter(({ isValue }) => isValue),
    ({ from }) => from,
  )
  const inBrowser = new Set(files.filter((path) => /^\s*['"]use client['"]/.test(sources.get(path) ?? '')))
  // A Set goes on with what is added while it is walked: the files that client files import are client code too.
  const wrong = [
    ...(function* () {
      for (const path of inBrowser) {
        for (const each of next.get(path) ?? []) {
          const isFine = /^(components|app)\/|^server\/[\w-]+\/(schema|rules)\.ts$|^server\/paths\.ts$/.test(each.to)
          if (each.isOwn && !isFine && /^(app|components)\//.test(path)) yield show(each)
          else if (/^(node:|postgres$|drizzle-orm|pino$|server-only$)|^db\//.test(each.to)) yield show(each)
          else if (each.isOwn && !each.to.endsWith('.css')) inBrowser.add(each.to)
        }
      }
    })(),
  ]
  expect(wrong).toEqual([])
})

test('no noun knows the doors that call it', () => {
  const wrong = shipped.filter(
    ({ from, to }) => /^server\/[\w-]+\//.test(from) && !mayUse(from, notNouns) && mayUse(to, doorsOfServer),
  )
  expect(wrong.map(show)).toEqual([])
})

test('each environment is read by its own process only', () => {
  const entries: Record<string, RegExp> = {
    'server/env/web.ts': /^instrumentation\.ts$/,
    'server/env/device-api.ts': /^server\/device-api\/main\.ts$/,
    'server/env/worker.ts': /^workflows\/worker\.ts$/,
    'server/env/migrate.ts': /^tools\/migrate\/main\.ts$/,
  }
  const wrong = shipped.filter(({ from, to }) => entries[to] && !entries[to].test(from) && !from.startsWith('tools/'))
  expect(wrong.map(show)).toEqual([])
  const readers = files.filter(
    (path) => isCode(path) && !isTest(path) && /\bprocess\.env\b/.test(sources.get(path) ?? ''),
  )
  expect(readers.filter((path) => !environmentReaders.test(path))).toEqual([])
})

test('files are short: none over 400 lines, nine in ten under 250', () => {
  const lengths = files
    .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && !path.startsWith('components/ui/'))
    .map((path) => ({ path, lines: (sources.get(path) ?? '').split('\n').length - 1 }))
  expect(lengths.filter(({ lines }) => lines > 400)).toEqual([])
  expect(lengths.filter(({ lines }) => lines > 250).length).toBeLessThan(lengths.length / 10)
})

test('colours live in the tokens', () => {
  const literal = /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(/i
  const painted = files.filter((path) => /^(app|components)\//.test(path) && path !== 'app/tokens.css' && !isTest(path))
  expect(painted.flatMap((path) => matches(path, literal))).toEqual([])
})

test('types are not talked away, and nothing names the workplace', () => {
  const loose = new RegExp(
    [':\\s*any\\b(?=\\s*(?:[)=;[\\]|>]|$))', '<any\\b', '\\bas any\\b', '@ts-(?:ignore|nocheck)'].join('|'),
  )
  expect(files.filter(isCode).flatMap((path) => matches(path, loose))).toEqual([])
  const workplace = new RegExp(['\\.\\./', 'shared/|/', 'work/(?:main|shared)|/tmp/', 'brief'].join(''))
  expect(
    [...files, 'README.md', 'package.json']
      .filter((path) => existsSync(path))
      .flatMap((path) => matches(path, workplace)),
  ).toEqual([])
})

/** What is made, and so in no folder here. */
const made = /^dist\/|^service\.mjs$/

test('a file that a comment names is there', () => {
  const there = ['', 'docs', ...rooms].flatMap((folder) =>
    readdirSync(folder || '.', { recursive: folder !== '', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => (folder ? join(entry.parentPath, entry.name) : entry.name)),
  )
  const endings = new Set(
    there.flatMap((path) => path.split('/').map((_, place, parts) => parts.slice(place).join('/'))),
  )
  const named = files
    .filter((path) => /\.(ts|tsx|mjs|sql)$/.test(path) && !isTest(path))
    .flatMap((path) => namesIn(sources.get(path) ?? '').map((name) => [path, name] as const))
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter(([, name]) => !made.test(name) && !endings.has(name))).toEqual([])
})

/** Files of this repository that the comments of a text name. */
function namesIn(text: string): string[] {
  const comments = text.match(/\/\*[\s\S]*?\*\/|^\s*(?:\/\/|--).*$/gm) ?? []
  const name = /(?<![\w*…/.<-])(?:[\w[\]-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|tsx|mjs|sql|txt|md)\b/g
  return comments.flatMap((comment) => comment.match(name) ?? [])
}

/** Lines of code that match, without comments and texts of this file itself. */
function matches(path: string, pattern: RegExp): string[] {
  if (path === 'architecture.test.ts') return []
  const lines = (sources.get(path) ?? readFileSync(path, 'utf8')).split('\n')
  return lines.flatMap((line, place) =>
    pattern.test(line.replace(/^\s*(\/\/|\*|\/\*).*$/, '')) ? [`${path}:${place + 1} ${line.trim().slice(0, 80)}`] : [],
  )
}
