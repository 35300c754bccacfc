import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const rooms = '{server,db,workflows,agent,tools,components,app}/**'
const special = ['db', 'temporal', 'lab', 'own']

/** One project a suffix: what a test needs is in its name, and the launcher says which projects run. */
function project(name: string, include: string[], settings: { testTimeout: number; maxWorkers?: number }) {
  const exclude = [
    '**/node_modules/**',
    '**/fixtures/**',
    ...(name === 'pure' ? special.map((s) => `**/*.${s}.test.*`) : []),
  ]
  return { extends: true as const, test: { name, include, exclude, hookTimeout: settings.testTimeout, ...settings } }
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
    projects: [
      project('pure', [`${rooms}/*.test.{ts,tsx,mjs}`, '*.test.ts'], { testTimeout: 20_000 }),
      // They wait for the database as much as they compute; Vitest alone would give two cores one worker.
      project('db', [`${rooms}/*.db.test.ts`], { testTimeout: 60_000, maxWorkers: 3 }),
      project('temporal', [`${rooms}/*.temporal.test.ts`], { testTimeout: 120_000 }),
      // They wait more than they compute: three at a time on two cores.
      project('lab', [`${rooms}/*.lab.test.{ts,mjs}`], { testTimeout: 600_000, maxWorkers: 3 }),
      // They kill parts, or are a whole installation: on a database server of their own, beside the others.
      project('own', [`${rooms}/*.own.test.{ts,mjs}`], { testTimeout: 600_000, maxWorkers: 2 }),
    ],
  },
})
