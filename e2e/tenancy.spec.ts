import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { askAll, type Call, orderAll } from './_support/ask.ts'
import { ensureSecret, secret } from './_support/hidden-device.ts'
import { listAddresses, ownerPlaces, places } from './_support/places.ts'
import type { Ids } from './_support/records.ts'
import { ines, nora, openAs, signInAs, tom } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const { client } = secret
/** What belongs to Harbour Lane and to nobody else; none of it may reach Tom's browser, not even unseen. */
const hidden = /harbour|hl-ws|hl-secret/i

test.beforeAll(async ({ browser, records }) => {
  await expect.poll(() => records.countClientsWithRollout('northfold'), { timeout: 60_000 }).toBe(3)
  await records.savePolicy('northfold', { isByHand: true })
  await ensureSecret(records)
  const page = await openAs(browser, nora)
  const { mspId, clientId } = await records.findClient('northfold', client)
  const patchId = await records.factories.findPatch(mspId, secret.patch, '9.9')
  const hold = { patchId, clients: [clientId], reason: 'breaks the harbour plans' }
  expect(await orderAll(page, 'northfold', [['holds.set', hold]])).toEqual([{ name: 'holds.set', status: 200 }])
  await page.close()
})

test('a technician finds nothing of a client that is not theirs, counts included', async ({
  page,
  browser,
  records,
}) => {
  const owner = await openAs(browser, nora)
  await signInAs(page, tom)

  await test.step('the owner sees it on every list', async () => {
    const seen = await readLists(owner)
    for (const place of ['overview', 'clients', 'devices', 'patches', 'rollouts', 'holds', 'settings/audit'])
      expect(seen.get(`/m/northfold/${place}`), place).toMatch(hidden)
  })

  await test.step('their numbers differ by what is hidden', async () => {
    const { mspId, clientId } = await records.findClient('northfold', client)
    const [all, own] = await Promise.all([records.countThings(mspId), records.countThings(mspId, clientId)])
    expect(own.Patches).toBeLessThan(all.Patches)
    await expect.poll(() => countsOf(owner)).toMatchObject({ ...all, Clients: 3, Devices: 13 })
    await expect.poll(() => countsOf(page)).toMatchObject({ ...own, Clients: 2, Devices: 8 })
  })

  await test.step('no list of the technician holds a word of it', async () => {
    for (const [address, text] of await readLists(page)) expect(text, address).not.toMatch(hidden)
  })

  await test.step('nor does any page as it is drawn, nor a search for it', async () => {
    for (const place of Object.keys(places)) {
      await goTo(page, place)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await page.content(), place).not.toMatch(hidden)
    }
    await goTo(page, 'Devices')
    await expect(page.getByRole('heading', { level: 1, name: '8 devices' })).toBeVisible()
    await page.getByRole('searchbox', { name: 'Host name' }).fill('hl-')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'No host name holds “hl-”' })).toBeVisible()
    await page.goto(paths.patches('northfold', { search: secret.patch, filter: 'all' }))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('row')).toHaveCount(0)
  })
  await owner.close()
})

test('ids of a client that is not theirs lead a technician nowhere', async ({ page, records }) => {
  const { mspId, clientId } = await records.findClient('northfold', client)
  const ids = await records.listIds(mspId, clientId)
  await signInAs(page, tom)
  expect(ids.devices).toHaveLength(5)
  expect(ids.holds).toHaveLength(1)
  expect(ids.patches.length).toBeGreaterThan(0)
  await expectNothingAt(page, [
    ...ids.devices.map((id) => paths.device('northfold', id)),
    ...ids.rollouts.map((id) => paths.rollout('northfold', id)),
    ...ids.patches.map((id) => paths.patch('northfold', id)),
    paths.policy('northfold', clientId),
  ])
  await expectNotFound(page, 'northfold', ids)
})

test('nothing of one company can be reached from the other', async ({ page, records }) => {
  const ids = await records.listIds(await records.findMsp('northfold'))
  await signInAs(page, ines)
  expect(ids.devices.length).toBeGreaterThanOrEqual(13)
  for (const msp of ['northfold', 'southmere']) await expectNotFound(page, msp, ids)
  expect((await page.request.get(paths.events('northfold'))).status()).toBe(404)
  await expectNothingAt(page, [
    ...Object.values(ownerPlaces).map((path) => path('northfold')),
    ...['northfold', 'southmere'].flatMap((msp) => [
      ...ids.devices.slice(0, 2).map((id) => paths.device(msp, id)),
      ...ids.rollouts.slice(0, 2).map((id) => paths.rollout(msp, id)),
      ...ids.patches.slice(0, 2).map((id) => paths.patch(msp, id)),
      ...ids.clients.slice(0, 1).map((id) => paths.policy(msp, id)),
    ]),
  ])
})

// Last, for it changes what it names. A procedure that does not exist is *not found* as well: here it would be noticed.
test('the very same calls succeed for the owner of these things', async ({ page, browser, records }) => {
  const at = await records.findClient('northfold', client)
  const { id: deviceId } = await records.findDevice(secret.hostName)
  const patchId = await records.factories.findPatch(at.mspId, secret.patch, '9.9')
  const rolloutId = await records.factories.makeRollout(at, [{ deviceIds: [deviceId], patchIds: [patchId] }])
  await records.factories.makeToken(at)
  const { tokens, holds } = await records.listIds(at.mspId, at.clientId)
  const ids = {
    ...{ clients: [at.clientId], devices: [deviceId], patches: [patchId], rollouts: [rolloutId] },
    ...{ tokens, holds },
  }
  for (const [name, list] of Object.entries(ids)) expect(list, name).not.toEqual([])
  await signInAs(page, tom)
  await expectStatus(page, 'northfold', ids, 404)
  const owner = await openAs(browser, nora)
  await expectStatus(owner, 'northfold', ids, 200)
  await owner.close()
})

/** The numbers beside the places of the sidebar. */
async function countsOf(page: Page): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const link of await page.getByRole('navigation', { name: 'Main' }).getByRole('link').all()) {
    const [, place = '', count] = /^(\D*?)\s*(\d[\d,]*)?$/.exec((await link.textContent()) ?? '') ?? []
    if (count) counts[place] = Number(count.replace(',', ''))
  }
  return counts
}

/** Every list in every filter, whole: what is drawn and what comes with it for the scripts. */
async function readLists(page: Page): Promise<Map<string, string>> {
  const read = new Map<string, string>()
  for (const address of listAddresses('northfold')) {
    const answer = await page.request.get(address)
    expect(answer.status(), address).toBe(200)
    read.set(address, await answer.text())
  }
  return read
}

async function expectNothingAt(page: Page, addresses: string[]): Promise<void> {
  for (const address of addresses) {
    await page.goto(address)
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' }), address).toBeVisible()
    expect(await page.content(), address).not.toMatch(hidden)
  }
}

/** What the pages ask and order by id, of all of these things. */
function callsFor(ids: Ids): { queries: Call[]; changes: Call[] } {
  const reason = 'just looking'
  const queries: Call[] = [
    ...ids.devices.map((deviceId): Call => ['devices.get', { deviceId }]),
    ...ids.patches.map((patchId): Call => ['patches.get', { patchId }]),
    ...['get', 'devices', 'timeline'].flatMap((name) =>
      ids.rollouts.map((rolloutId): Call => [`rollouts.${name}`, { rolloutId }]),
    ),
    ...ids.clients.map((clientId): Call => ['rollouts.choices', { clientId, patchIds: [] }]),
    ...ids.clients.map((clientId): Call => ['policies.get', { clientId }]),
    ...ids.clients.map((clientId): Call => ['audit.list', { clientId }]),
  ]
  const changes: Call[] = [
    ...ids.devices.map((deviceId): Call => ['devices.scan', { deviceId }]),
    ...ids.rollouts.map((rolloutId): Call => ['rollouts.pause', { rolloutId, reason }]),
    ...ids.patches.map(
      (patchId): Call => ['patches.decide', { patchId, kind: 'reject', clients: ids.clients, reason }],
    ),
    ...ids.holds.map((holdId): Call => ['holds.lift', { holdId, reason }]),
    ...ids.tokens.map((tokenId): Call => ['enrolment.revoke', { tokenId }]),
  ]
  return { queries, changes }
}

/** Every procedure that takes an id says *not found*, as for one that never was. */
async function expectNotFound(page: Page, msp: string, ids: Ids): Promise<void> {
  await expectStatus(page, msp, ids, 404)
}

async function expectStatus(page: Page, msp: string, ids: Ids, status: number): Promise<void> {
  const { queries, changes } = callsFor(ids)
  const answers = [...(await askAll(page, msp, queries)), ...(await orderAll(page, msp, changes))]
  expect(answers.filter((answer) => answer.status !== status)).toEqual([])
  expect(answers).toHaveLength(queries.length + changes.length)
}
