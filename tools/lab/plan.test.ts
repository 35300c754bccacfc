import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLabPlan } from './plan.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-plan-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function planFile(plan: unknown): Promise<string> {
  const file = join(folder, 'plan.json')
  await writeFile(file, JSON.stringify(plan))
  return file
}

const device = { name: 'web-01', token: 't' }

test('a plan that an older version left says how to begin anew', async () => {
  // `tags` stood in the plans of the first version.
  const plan = { deviceUrl: 'http://127.0.0.1:1', devices: [{ ...device, tags: ['test'] }] }
  await expect(readLabPlan(await planFile(plan))).rejects.toThrow(
    /tags[\s\S]*older version[\s\S]*`npm run reset` forgets/,
  )
})

test('a plan names the door and its devices', async () => {
  const plan = { deviceUrl: 'http://127.0.0.1:1', devices: [device] }
  expect(await readLabPlan(await planFile(plan))).toEqual(plan)
})

test.each([
  [
    'a name that leaves its folder',
    { deviceUrl: 'http://127.0.0.1:1', devices: [{ ...device, name: '../x' }] },
    'name',
  ],
  ['no device', { deviceUrl: 'http://127.0.0.1:1', devices: [] }, 'devices'],
  ['no address', { deviceUrl: 'door', devices: [device] }, 'deviceUrl'],
  ['a name twice', { deviceUrl: 'http://127.0.0.1:1', devices: [device, device] }, 'web-01 twice'],
])('%s is refused by name', async (_what, plan, words) => {
  await expect(readLabPlan(await planFile(plan))).rejects.toThrow(words)
})
