import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { NonceWatch, watchViolations } from './_support/page-policy.ts'
import { ownerPlaces } from './_support/places.ts'
import { openSearch, searchField } from './_support/search.ts'
import { nora, signInAs } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'
const widths = [390, 320]
// All pages are looked at, whatever one of them shows.
const softly = expect.configure({ soft: true })

test('every page, light and dark, passes axe, fits narrow screens, keeps its own policy and is quiet on the console', async ({
  page,
  context,
  records,
}) => {
  test.setTimeout(240_000)
  const cries = watchConsole(page)
  const violations = await watchViolations(context)
  const nonces = new NonceWatch()
  const look = (name: string, address: string) =>
    test.step(name, async () => {
      await nonces.expectFresh(await page.goto(address), name)
      await expectWell(page, name)
    })
  await look('Sign in', paths.signIn())
  await look('A link that does not sign in', paths.signInRefused())
  await look('Recovery', paths.recovery())
  await signInAs(page, nora)
  const device = await records.findDevice('bw-ws-01')
  const { Overview, Patches, Rollouts, Holds, ...stillPlaces } = ownerPlaces
  for (const [name, path] of Object.entries(stillPlaces)) await look(name, path(msp))
  await look('Security', paths.security())
  await look('a device', paths.device(msp, device.id))
  await look('a policy', paths.policy(msp, device.clientId))
  await look('the standard policy', paths.policy(msp, 'standard'))

  // The other pages are looked at with something on them.
  await expect.poll(() => records.countClientsWithRollout(msp), { timeout: 60_000 }).toBe(3)
  const { rollouts } = await records.listIds(device.mspId, device.clientId)
  await look('a rollout', paths.rollout(msp, rollouts[0] ?? ''))
  await look('a patch', paths.patch(msp, await records.factories.findPatch(device.mspId, 'lab-svc', '2.0')))
  for (const [name, path] of Object.entries({ Overview, Patches, Rollouts, Holds })) await look(name, path(msp))
  await test.step('dialogs, menus and themes keep the policy too', () => openWhatOpens(page))
  expect(cries).toEqual([])
  // The browser reports that the page is not there: no cry of its own.
  await look('a page that is not there', paths.device(msp, '01900000-0000-7000-8000-000000000000'))
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  expect(violations).toEqual([])
})

test('the search passes axe: open, with what it found, without, and when it fails', async ({ page }) => {
  await signInAs(page, nora)
  const field = searchField(page)
  await openSearch(page)
  await field.fill('')
  await expectWell(page, 'search, empty')
  await field.fill('bw-ws')
  await expect(page.getByRole('option').first()).toBeVisible()
  await expectWell(page, 'search, found')
  await field.fill('nothing has this name')
  await expect(page.getByText('Nothing here is called “nothing has this name”')).toBeVisible()
  await expectWell(page, 'search, nothing')
  await page.route(/search\.everything/, (route) => route.abort())
  await field.fill('kl')
  await expect(page.getByRole('alert')).toContainText('Not searched')
  await expectWell(page, 'search, failed')
})

test('the console is used by keyboard alone', async ({ page, lab, records }) => {
  await expect.poll(() => records.countClientsWithRollout(msp), { timeout: 60_000 }).toBe(3)
  await records.savePolicy(msp, { isByHand: true })
  await lab.publish('lab-base', '2.0')
  await lab.publish('lab-ext', '2.0')
  await signInAs(page, nora)
  await goTo(page, 'Rollouts')
  await page.goto(page.url())
  await expect(page.getByRole('heading', { level: 1, name: 'Rollouts' })).toBeVisible()

  await test.step('the skip link leads past the sidebar', async () => {
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
  })

  await test.step('a dialog keeps the focus, and Escape gives it back', async () => {
    const opener = page.getByRole('button', { name: 'Start rollout…' })
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Download CSV' })).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(opener).toBeFocused()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Start a rollout' })
    await expect(dialog).toBeVisible()
    await expectWell(page, 'dialog', { isNarrowToo: false })
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab')
      // A role cannot ask where the focus is: only whether it has left the dialog.
      await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
    }
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(opener).toBeFocused()
  })

  await test.step('J and K walk through what needs somebody', async () => {
    await goTo(page, 'Overview')
    const actions = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem').getByRole('link')
    await expect(actions.filter({ hasText: /^Review/ }).first()).toBeVisible({ timeout: 60_000 })
    const second = Math.min(1, (await actions.count()) - 1)
    for (const [key, place] of [
      ['j', 0],
      ['j', second],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key)
      await expect(actions.nth(place)).toBeFocused()
    }
  })

  await test.step('a row is opened by the Enter key', async () => {
    const device = await records.findDevice('bw-ws-01')
    await page.goto(paths.devices(msp, { search: 'bw-ws-01' }))
    await page.getByRole('link', { name: 'bw-ws-01' }).focus()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(device.id))
  })

  await test.step('on a narrow screen the menu opens and closes by keyboard', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    const menu = page.getByRole('button', { name: 'Menu' })
    await menu.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: /^Devices/ })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: 'Menu' })).toBeHidden()
    await expect(menu).toBeFocused()
  })
})

/** Nothing serious by axe in either theme, and no sideways scrolling on narrow screens. */
async function expectWell(page: Page, name: string, { isNarrowToo = true } = {}): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible()
  await expectNoFaults(page, name)
  if (!isNarrowToo) return
  const size = page.viewportSize()
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    const tooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await softly.poll(tooWide, { message: `${name} at ${width} px`, timeout: 3_000 }).toBe(0)
  }
  if (size) await page.setViewportSize(size)
}

async function openWhatOpens(page: Page): Promise<void> {
  await page.goto(paths.clients(msp))
  await openSearch(page)
  await searchField(page).fill('bw-ws')
  await expect(page.getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add a client…' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.goto(paths.rollouts(msp))
  await page.getByRole('combobox', { name: 'Client' }).first().click()
  await expect(page.getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Colours/ }).click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
}

/** What the console of the browser complains about. */
function watchConsole(page: Page): string[] {
  const cries: string[] = []
  page.on('pageerror', (error) => cries.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') cries.push(`${page.url()}: ${message.text()}`)
  })
  return cries
}
