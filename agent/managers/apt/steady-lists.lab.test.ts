import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { updateLists } from '../../../tools/lab/apt-root.ts'
import { makeTestArchive, type TestArchive } from '../../../tools/lab/testing.ts'
import { openAptRoot } from './apt-root.ts'
import { simulate } from './simulate-changes.ts'
import { overSteadyLists } from './steady-lists.ts'

const lib = { name: 'lab-lib', version: '2.0' }
const svc = { name: 'lab-svc', version: '2.0' }
let archive: TestArchive
beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())

test('apt that reads while others put new lists in place answers all the same', async () => {
  const root = await archive.makeRoot('restless')
  await archive.repository.publish(svc)
  await updateLists(root)
  const apt = await openAptRoot(root.path, process.env)
  const listsDir = join(root.path, 'var/lib/apt/lists')
  const [name = ''] = readdirSync(listsDir).filter((file) => file.endsWith('_Packages'))
  const list = readFileSync(join(listsDir, name))
  writeFileSync(join(listsDir, name), 'half of a list')
  const answer = simulate(apt, ['install', 'lab-svc=2.0'])
  // apt has not begun to read yet; what it reads is bad, and another than when it was asked.
  writeFileSync(join(listsDir, name), 'half of another list')
  await wait(300)
  writeFileSync(join(listsDir, 'whole'), list)
  renameSync(join(listsDir, 'whole'), join(listsDir, name))
  expect(await answer).toMatchObject({ error: null, simulation: { installs: [{ name: 'lab-svc', version: '2.0' }] } })
})

test('what fails while the lists stay is told at once; while they move it is asked again', async () => {
  const root = await archive.makeRoot('steady')
  const apt = await openAptRoot(root.path, process.env)
  let looks = 0
  const work = async () => {
    looks += 1
    return 'failed'
  }
  expect(await overSteadyLists(apt, work, () => false)).toBe('failed')
  expect(looks).toBe(1)
  const onMovingLists = async () => {
    looks += 1
    await (looks % 2 === 0 ? archive.repository.withdraw(lib) : archive.repository.publish(lib))
    await updateLists(root)
    return looks === 4 ? 'good' : 'failed'
  }
  expect(await overSteadyLists(apt, onMovingLists, (answer) => answer === 'good')).toBe('good')
  expect(looks).toBe(4)
})
