import type { Locator, Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { places } from './_support/places.ts'
import { openSearch, searchField } from './_support/search.ts'
import { nora, signInAs, tom } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'
const label = 'Find a device, patch or client'
const dialogOf = (page: Page) => page.getByRole('dialog', { name: label })
const fieldOf = searchField
const optionsOf = (page: Page) => page.getByRole('listbox', { name: 'Found' }).getByRole('option')
/** Options of one kind of thing. */
const kind = (page: Page, name: string) => page.getByRole('group', { name }).getByRole('option')

test('a device is found by a part of its name and opened, by keyboard alone', async ({ page, records }) => {
  const device = await records.findDevice('bw-ws-02')
  await signInAs(page, tom)

  await test.step('a slash opens the search; arrows choose, Enter opens', async () => {
    await openSearch(page, '/')
    await page.keyboard.type('W-WS-0')
    await expect(kind(page, 'Devices').first()).toContainText('bw-ws-01')
    await expectActive(page, kind(page, 'Devices').first())
    await page.keyboard.press('ArrowDown')
    await expectActive(page, kind(page, 'Devices').nth(1))
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expectActive(page, optionsOf(page).last())
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(paths.device(msp, device.id))
    await expect(page.getByRole('heading', { level: 1, name: 'bw-ws-02' })).toBeVisible()
    await expect(dialogOf(page)).toBeHidden()
  })

  await test.step('a name that is known needs no look at the list', async () => {
    await openSearch(page, 'Control+k')
    await page.keyboard.type('bw-ws-04')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'bw-ws-04' })).toBeVisible()
  })

  await test.step('Escape closes it and gives the focus back', async () => {
    const button = page.getByRole('button', { name: label })
    await button.focus()
    await page.keyboard.press('Enter')
    await expect(fieldOf(page)).toBeFocused()
    await page.keyboard.type('bw')
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeHidden()
    await expect(button).toBeFocused()
    await openSearch(page, 'Control+k')
    await expect(fieldOf(page)).toHaveValue('')
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeHidden()
  })

  await test.step('in a field a slash is a slash', async () => {
    await goTo(page, 'Devices')
    const field = page.getByRole('searchbox', { name: 'Host name' })
    await field.pressSequentially('a/b')
    await expect(field).toHaveValue('a/b')
    await expect(dialogOf(page)).toBeHidden()
  })

  await test.step('another dialog keeps the keyboard', async () => {
    await goTo(page, 'Rollouts')
    await page.getByRole('button', { name: 'Start rollout…' }).click()
    await expect(page.getByRole('dialog', { name: 'Start a rollout' })).toBeVisible()
    await page.keyboard.press('Control+k')
    await expect(dialogOf(page)).toBeHidden()
  })
})

test('clients, patches and rollouts are found too, also on a narrow screen', async ({ page, records }) => {
  await expect.poll(() => records.countClientsWithRollout(msp), { timeout: 60_000 }).toBe(3)
  const { clientId } = await records.findClient(msp, 'Brightwater Accountants')
  await signInAs(page, tom)
  await page.setViewportSize({ width: 390, height: 844 })
  const glass = page.getByRole('button', { name: 'Search' })

  await glass.click()
  await fieldOf(page).fill('lab-svc')
  await expect(kind(page, 'Patches').filter({ hasText: 'lab-svc 2.0' })).toHaveCount(1)
  await expect(kind(page, 'Rollouts').first()).toContainText(/^R-\d+ .*lab-svc/)
  // One that this person may see: which clients the first ones are of is chance.
  const [number = ''] = /R-\d+/.exec((await kind(page, 'Rollouts').first().textContent()) ?? '') ?? []
  await kind(page, 'Patches').filter({ hasText: 'lab-svc 2.0' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'lab-svc 2.0' })).toBeVisible()

  await glass.click()
  await fieldOf(page).fill(number.toLowerCase())
  await kind(page, 'Rollouts').first().click()
  await expect(page).toHaveURL(/\/rollouts\/[0-9a-f-]{36}$/)

  await glass.click()
  await fieldOf(page).fill('  BRIGHT ')
  await expect(optionsOf(page)).toHaveCount(1)
  await kind(page, 'Clients').click()
  await expect(page).toHaveURL(paths.devices(msp, { client: clientId }))

  await glass.click()
  await dialogOf(page).getByRole('button', { name: 'Close' }).click()
  await expect(dialogOf(page)).toBeHidden()
  await expect(glass).toBeFocused()
})

test('a technician finds nothing of a client that is not theirs', async ({ page, browser, records }) => {
  const hidden = await records.findDevice('hl-ws-01')
  const owner = await browser.newPage()
  await signInAs(owner, nora)
  await signInAs(page, tom)
  const answers: Promise<{ url: string; body: string }>[] = []
  page.on('response', (response) => {
    const url = decodeURIComponent(response.url())
    if (url.includes('search.everything')) answers.push(response.text().then((body) => ({ url, body })))
  })
  // What belongs to Harbour Lane alone, by the head it stands under.
  const texts = { Clients: 'Harbour', Devices: 'hl-ws' }
  for (const [what, text] of Object.entries(texts)) {
    await openSearch(owner, '/')
    await owner.keyboard.type(text)
    await expect(kind(owner, what).first(), text).toBeVisible()
    await owner.keyboard.press('Escape')
    await expect(dialogOf(owner)).toBeHidden()

    await openSearch(page, '/')
    await page.keyboard.type(text)
    await expect(dialogOf(page).getByText(`Nothing here is called “${text}”`)).toBeVisible()
    await expect(optionsOf(page)).toHaveCount(0)
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeHidden()
  }
  const told = await Promise.all(answers)
  for (const text of Object.values(texts))
    expect(told.map(({ url }) => url)).toContainEqual(expect.stringContaining(`{"text":"${text}"}`))
  for (const { url, body } of told) {
    expect(body, url).toContain('"devices":{"rows":[')
    expect(body, url).not.toMatch(/harbour|hl-ws/i)
    expect(body, url).not.toContain(hidden.id)
  }
  await owner.close()
})

test('a search that fails says so, and is tried again', async ({ page }) => {
  await signInAs(page, nora)
  await page.route(/search\.everything/, (route) => route.abort())
  await openSearch(page, '/')
  await page.keyboard.type('bw-ws-01')
  const alert = dialogOf(page).getByRole('alert')
  await expect(alert).toContainText('Not searched: the connection broke.')
  await page.unroute(/search\.everything/)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(optionsOf(page)).toHaveCount(1)
  await expect(fieldOf(page)).toBeFocused()
})

test('a list of a client that is not there, or that no client could be, is not found', async ({ page, records }) => {
  const { clientId: hidden } = await records.findClient(msp, 'Harbour Lane Surveyors')
  const { clientId: own } = await records.findClient(msp, 'Kestrel Logistics')
  await signInAs(page, tom)
  const { Devices, Enrolment, Patches, Rollouts, Holds, 'Audit log': Audit } = places
  const status = async (path: (typeof places)[keyof typeof places], query: string) =>
    (await page.request.get(`${path(msp)}?${query}`)).status()
  for (const path of [Devices, Enrolment, Patches, Rollouts, Holds, Audit]) {
    for (const query of ['client=nonsense', `client=${hidden}`, `client=${own}&client=${own}`, 'client=%00'])
      expect(await status(path, query), `${path(msp)}?${query}`).toBe(404)
    for (const query of [`client=${own}`, 'client='])
      expect(await status(path, query), `${path(msp)}?${query}`).toBe(200)
  }
})

/** The field keeps the focus; which option Enter opens is said by its id. */
async function expectActive(page: Page, option: Locator): Promise<void> {
  await expect(fieldOf(page)).toBeFocused()
  await expect(option).toHaveAttribute('aria-selected', 'true')
  await expect(fieldOf(page)).toHaveAttribute('aria-activedescendant', (await option.getAttribute('id')) ?? '')
}
