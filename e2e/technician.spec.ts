import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { mintLink, nora, openLink, signInAs, tom } from './_support/sign-in.ts'
import { watchStreams } from './_support/streams.ts'
import { expectRow, goTo, rowOf } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const late = 'bw-ws-04'
const others = ['bw-ws-02', 'bw-ws-03']
const pair = 'lab-base 2.0 and lab-ext 2.0'
const devices = 'Devices of this rollout'
/** Staging, a ring's install and its soak of 30 s, on a machine that is busy. */
const ringLimitMs = 90_000
/** Three looks of the lab, which scans every 15 s: the last device is heard of later than the first. */
const scanLimitMs = 45_000

test('a link signs in once; afterwards it says how to get another', async ({ page, browser }) => {
  const link = await mintLink(tom)
  await openLink(page, link)
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(page.getByRole('button', { name: /account of Tom Reed/ })).toContainText('Technician, 2 clients')

  const stranger = await browser.newPage()
  await openLink(stranger, link)
  await expect(stranger.getByRole('heading', { name: 'This link does not sign in' })).toBeVisible()
  await expect(stranger.getByText('npm run link -- you@example.com')).toBeVisible()
  await stranger.goto(new URL(paths.overview('northfold'), link).href)
  await expect(stranger).toHaveURL(/\/sign-in$/)
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await stranger.close()
})

test('a technician approves a patch, a second person confirms, it rolls, is paused, resumed, and stands in the audit log', async ({
  page,
  context,
  browser,
  lab,
  records,
}) => {
  test.setTimeout(300_000)
  const streams = watchStreams(context)
  await expect.poll(() => records.countClientsWithRollout('northfold'), { timeout: 60_000 }).toBe(3)
  await records.savePolicy('northfold', { isByHand: true })
  await lab.publish('lab-base', '2.0')
  await lab.publish('lab-ext', '2.0')
  await signInAs(page, tom)

  await test.step('asks for both halves of a pair at two clients: nothing is done yet', async () => {
    await goTo(page, 'Patches')
    await page
      .getByRole('navigation', { name: 'Which patches' })
      .getByRole('link', { name: /Wants an approval/ })
      .click()
    for (const name of ['lab-ext', 'lab-base']) {
      await expect(rowOf(page, /Patches/, `${name} 2.0`)).toContainText('8 devices', { timeout: scanLimitMs })
      await expectRow(page, /Patches/, `${name} 2.0`, ['8', '2'])
    }
    await approve(page, 'lab-ext')
    await goTo(page, 'Patches')
    await approve(page, 'lab-base')
    await goTo(page, 'Proposals')
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2 proposals wait for a second person')
    await expect(page.getByRole('button', { name: 'Withdraw' })).toHaveCount(2)
    await expect(page.getByRole('button', { name: /^Review/ })).toHaveCount(0)
  })

  await test.step('the owner, in a browser of her own, types the number and confirms both', async () => {
    const owner = await browser.newPage()
    await signInAs(owner, nora)
    for (const name of ['lab-ext', 'lab-base']) {
      await goTo(owner, 'Overview')
      const need = owner.getByRole('listitem').filter({ hasText: `get ${name} 2.0` })
      await expect(need).toContainText('8 devices at 2 clients wait for a second person')
      await need.getByRole('link', { name: 'Review 8 devices' }).click()
      const dialog = owner.getByRole('dialog', { name: new RegExp(`^8 devices at 2 clients get ${name} 2.0`) })
      await expect(dialog).toContainText('500 devices an hour; this uses 8')
      await dialog.getByLabel('Type the number of devices').fill('9')
      await dialog.getByRole('button', { name: 'Approve for 8 devices' }).click()
      await expect(dialog.getByText('Type 8 to go on.')).toBeVisible()
      await dialog.getByLabel('Type the number of devices').fill('8')
      await dialog.getByRole('button', { name: 'Approve for 8 devices' }).click()
      await expect(owner.getByText('Confirmed', { exact: true }).first()).toBeVisible()
    }
    await owner.close()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Nothing waits for a second person')
    await expect(rowOf(page, /Proposals/, 'lab-base')).toContainText('Confirmed by Nora Field')
  })

  let rolloutUrl = ''
  await test.step('opens the rollout that starts by itself', async () => {
    await goTo(page, 'Rollouts')
    const row = rowOf(page, /Rollouts/, pair).filter({ hasText: 'Brightwater Accountants' })
    await expect(row).toBeVisible({ timeout: 60_000 })
    await row.getByRole('link', { name: pair }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Brightwater Accountants')
    rolloutUrl = page.url()
  })

  const second = await context.newPage()
  await second.goto(rolloutUrl)
  const tabs = [page, second]
  const onBoth = (look: (tab: Page) => Promise<void>) => Promise.all(tabs.map(look))
  await onBoth((tab) => tab.evaluate(() => void Object.assign(window, { isSamePage: true })))
  const production = (tab: Page) =>
    tab.getByRole('navigation', { name: 'Which devices' }).getByRole('link', { name: /Production/ })

  await test.step('both tabs move by themselves, on one stream', async () => {
    await onBoth((tab) => expect(tab.getByText('Running, ring Test soaks')).toBeVisible({ timeout: ringLimitMs }))
    await onBoth((tab) => expect(tab.getByRole('status').filter({ hasText: 'Live' })).toBeVisible())
    expect(streams.open()).toBe(1)
    await lab.power(late, false)
    for (const name of [late, ...others]) expect(await lab.linesOf(name, 'lab-base', '2.0')).toEqual([])
    await onBoth((tab) =>
      expect(tab.getByText('Running, ring Production is open')).toBeVisible({ timeout: ringLimitMs }),
    )
    await onBoth((tab) => production(tab).click())
    for (const name of others)
      await onBoth((tab) => expect(rowOf(tab, devices, name)).toContainText('2.0 proved', { timeout: ringLimitMs }))
  })

  await test.step('pauses with a reason; the other tab says so', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    const dialog = page.getByRole('dialog', { name: /start nothing more/ })
    await dialog.getByRole('button', { name: 'Pause 3 devices' }).click()
    await expect(dialog.getByText('Write at least 3 letters.')).toBeVisible()
    await dialog.getByLabel('Reason').fill('a client calls about invoices')
    await dialog.getByRole('button', { name: 'Pause 3 devices' }).click()
    await expect(dialog).toBeHidden()
    await onBoth((tab) => expect(tab.getByRole('button', { name: 'Resume' })).toBeVisible())
    await onBoth((tab) => expect(tab.getByRole('main')).toContainText('a client calls about invoices'))
  })

  const device = await records.findDevice(late)
  await test.step('a device that comes back now gets no order of it', async () => {
    await lab.power(late, true)
    // A scan goes out while the rollout is paused: the poll that fetches it would have brought the install as well.
    const visit = await context.newPage()
    await visit.goto(paths.device('northfold', device.id))
    const scans = visit.getByRole('listitem').filter({ hasText: /^\d\d:\d\d\s*Scanned/ })
    const before = await scans.count()
    await visit.getByRole('button', { name: 'Scan now' }).click()
    await expect(visit.getByText('Scan ordered.')).toBeVisible()
    await expect(scans).toHaveCount(before + 1, { timeout: 60_000 })
    await visit.close()
    expect(await records.findInstall(device, 'lab-base', '2.0')).toEqual({
      state: 'ready',
      isLeased: false,
      isPermitted: false,
    })
    expect(await lab.linesOf(late, 'lab-base', '2.0')).toEqual([])
  })

  await test.step('resumes, and the device gets it once', async () => {
    await second.getByRole('button', { name: 'Resume' }).click()
    const dialog = second.getByRole('dialog', { name: /go on where they stood/ })
    await dialog.getByLabel('Reason').fill('the call is over')
    await dialog.getByRole('button', { name: /^Resume \d devices?$/ }).click()
    await onBoth((tab) => expect(rowOf(tab, devices, late)).toContainText('2.0 proved', { timeout: ringLimitMs }))
    for (const name of ['bw-ws-01', ...others, late])
      for (const half of ['lab-base', 'lab-ext']) expect(await lab.upgradesOf(name, half, '2.0')).toBe(1)
    const isSamePage = () => Object.hasOwn(window, 'isSamePage')
    expect(await Promise.all(tabs.map((tab) => tab.evaluate(isSamePage)))).toEqual([true, true])
    expect(streams.most()).toBe(1)
  })

  await test.step('finds all of it in the audit log', async () => {
    await goTo(page, 'Audit log')
    const records = page.getByRole('table', { name: /Records of the audit log/ }).getByRole('row')
    const of = (...texts: string[]) => texts.reduce((rows, text) => rows.filter({ hasText: text }), records)
    for (const name of ['lab-base 2.0', 'lab-ext 2.0']) {
      await expect(of('Second person asked', name, 'Tom Reed', 'Brightwater Accountants')).toHaveCount(1)
      await expect(of('Patch approved', name, 'Nora Field', 'Brightwater Accountants')).toHaveCount(1)
    }
    await expect(of('Rollout paused', 'Tom Reed', 'a client calls about invoices')).toHaveCount(1)
    await expect(of('Rollout resumed', 'Tom Reed', 'the call is over')).toHaveCount(1)
  })
})

/** Asks to approve one half of the pair at both clients. No device gets it by itself, so the clients are what is counted. */
async function approve(page: Page, name: string): Promise<void> {
  const count = 2
  const button = 'Approve at 2 clients'
  await rowOf(page, /Patches/, `${name} 2.0`)
    .getByRole('link')
    .click()
  await expect(page.getByRole('heading', { level: 1, name: `${name} 2.0` })).toBeVisible()
  await page.getByRole('button', { name: /^Approve/ }).click()
  const dialog = page.getByRole('dialog', { name: new RegExp(`^${count} .*${name} 2.0`) })
  await dialog.getByLabel(/^Type the number of/).fill(String(count + 1))
  await dialog.getByRole('button', { name: button }).click()
  await expect(dialog.getByText(`Type ${count} to go on.`)).toBeVisible()
  await dialog.getByLabel(/^Type the number of/).fill(String(count))
  await dialog.getByRole('button', { name: button }).click()
  // That of the other half may still stand beside it.
  await expect(page.getByText('A second person is asked').last()).toBeVisible()
  await expect(page.getByText('8 devices at 2 clients; nothing was sent.').last()).toBeVisible()
}
