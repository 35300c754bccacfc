import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const rooms = '{server,db,workflows,agent,tools,components,app}/**'
const special = ['db', 'temporal', 'lab', 'own']
const outside = ['**/node_modules/**', '**/fixtures/**']

/**
 * Database tests with a process of their own: what puts something in the place of a module (whoever loaded it before in the same process has
 * the real one), and what opens a live stream (the process listens to the database of the first, for good).
 */
const apart = globSync(`${rooms}/*.db.test.ts`)
  .filter((file) => /vi\.mock\(|openLiveStream\(/.test(readFileSync(file, 'utf8')))
  .map((file) => file.replace(/[[\]()]/g, '\\$&'))

interface Settings {
  testTimeout: number
  exclude?: string[]
  maxWorkers?: number
  /** Whether each file gets a process of its own: false where files only read what they import, which spares half of the time. */
  isolate?: boolean
}

/** One project a suffix: what a test needs is in its name, and the launcher says which projects run. */
function project(name: string, include: string[], { exclude = [], ...settings }: Settings) {
  const hookTimeout = settings.testTimeout
  // They wait at least as much as they compute: three at a time on two cores, where Vitest alone would take one.
  const test = { name, include, exclude: [...outside, ...exclude], hookTimeout, maxWorkers: 3, ...settings }
  return { extends: true as const, test }
}

/** What takes minutes begins first: begun last, it would keep everybody waiting at the end. */
const longest = [
  'tools/world/',
  'agent/crash.',
  'agent/install.',
  'server/api/canary.',
  'server/api/id-fuzz.',
  'server/api/isolation.',
]
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((part) => moduleId.includes(part))
      return found < 0 ? longest.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, ''),
      // Its default entry throws outside a React server bundle.
      'server-only': fileURLToPath(new URL('./node_modules/server-only/empty.js', import.meta.url)),
    },
  },
  test: {
    pool: 'forks',
    allowOnly: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      project('pure', [`${rooms}/*.test.{ts,tsx,mjs}`, '*.test.ts'], {
        testTimeout: 20_000,
        exclude: special.map((suffix) => `**/*.${suffix}.test.*`),
        isolate: false,
      }),
      project('db', [`${rooms}/*.db.test.ts`], {
        testTimeout: 60_000,
        exclude: apart,
        isolate: false,
      }),
      project('db-apart', apart, { testTimeout: 60_000 }),
      project('temporal', [`${rooms}/*.temporal.test.ts`], { testTimeout: 120_000 }),
      project('lab', [`${rooms}/*.lab.test.{ts,mjs}`], { testTimeout: 600_000 }),
      // They kill parts, or are a whole installation: on a database server of their own, beside the others.
      project('own', [`${rooms}/*.own.test.{ts,mjs}`], { testTimeout: 600_000, maxWorkers: 2 }),
    ],
  },
})
