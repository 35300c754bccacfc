import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkout } from './paths.mjs'
import { cloneCheckout, lendInstallation, listProcessesOf, removeCheckout, runNpm } from './testing/clean-checkout.mjs'
import { ConsoleVisitor } from './testing/console-visitor.mjs'

const msp = 'northfold'
const installLimitMs = 420_000
const moveLimitMs = 120_000
// The lab may take three minutes, because a dpkg that runs is never killed early.
const stopLimitMs = 200_000
const hasHistory = existsSync(join(checkout, '.git'))
let root
let demo

beforeAll(async () => {
  if (!hasHistory) return
  root = await cloneCheckout()
  if (!process.env.TEST_IS_COLD) await lendInstallation(root)
})
afterAll(async () => {
  if (!root) return
  if (listProcessesOf(root).length > 0) await runNpm(root, 'reset').ended
  await removeCheckout(root)
})

/** `npm run demo` until it prints `ready`, and a visitor at the printed address who used the printed link. */
async function startDemo() {
  demo = runNpm(root, 'demo')
  const isReady = () => demo.text().split('\n').includes('ready')
  const end = await Promise.race([
    demo.ended.then((code) => `it ended with ${code}`),
    vi.waitUntil(isReady, { timeout: installLimitMs, interval: 200 }).then(
      () => 'ready',
      () => 'it was not ready in time',
    ),
  ])
  expect(end, demo.text().slice(-4_000)).toBe('ready')
  const readyAt = Date.now()
  const address = /^\s*Console\s+(http:\S+)$/m.exec(demo.text())?.[1]
  const link = /^\s*(http:\S+token=\S+)$/m.exec(demo.text())?.[1]
  const visitor = new ConsoleVisitor(address)
  await visitor.signIn(link)
  return { visitor, readyAt }
}

/** Presses Ctrl-C: everything ends in order, and nothing of this checkout runs any more. */
async function stopDemo() {
  const before = listProcessesOf(root).length
  expect(before).toBeGreaterThan(12)
  demo.interrupt()
  // Asked first: a launcher that hangs with nothing left to stop is another fault than processes that stay.
  await vi.waitFor(() => expect(listProcessesOf(root)).toEqual([]), { timeout: stopLimitMs, interval: 200 })
  await demo.ended
  expect(demo.text()).toContain('\nStopped.\n')
}

/** How far each ring is: its state, and how many of its gates stand where. */
async function readRings(visitor) {
  const { rows } = await visitor.query(msp, 'rollouts.list')
  const rings = rows.flatMap(({ id, rings }) =>
    rings.map((ring) => [`${id} ${ring.name}`, JSON.stringify([ring.state, ring.gates])]),
  )
  return new Map(rings)
}

test('from a fresh clone: ready, a ring moves within two minutes, Ctrl-C ends all, the state is there again', async ({
  skip,
}) => {
  if (!hasHistory) skip('this folder is no clone, so there is nothing to clone from')
  const { visitor, readyAt } = await startDemo()
  const devices = await visitor.query(msp, 'devices.list')
  expect(devices.rows).toHaveLength(12)
  expect((await visitor.open(`/m/${msp}/rollouts`)).status).toBe(200)

  const seen = new Map()
  const hasMoved = async () => {
    const now = await readRings(visitor)
    const moved = [...now].some(([ring, state]) => seen.has(ring) && seen.get(ring) !== state)
    for (const [ring, state] of now) if (!seen.has(ring)) seen.set(ring, state)
    return moved
  }
  const leftMs = moveLimitMs - (Date.now() - readyAt)
  await vi.waitFor(async () => expect(await hasMoved(), 'a ring moved').toBe(true), {
    timeout: leftMs,
    interval: 500,
  })
  console.info(`A ring moved ${Math.round((Date.now() - readyAt) / 1_000)} s after ready.`)
  await stopDemo()

  const { visitor: again } = await startDemo()
  expect([...(await readRings(again)).keys()]).toEqual(expect.arrayContaining([...seen.keys()]))
  expect((await again.query(msp, 'devices.list')).rows.map(({ id }) => id).sort()).toEqual(
    devices.rows.map(({ id }) => id).sort(),
  )
  await stopDemo()
})
