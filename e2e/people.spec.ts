import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { linkMailedTo, mailsTo } from './_support/mail.ts'
import { ada, mia, nora, openAs, signInAs, tom } from './_support/sign-in.ts'
import { goTo, rowOf } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'

/** One thing to do about a person, from the menu of their row. */
async function choose(page: Page, name: string, entry: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: `What to do about ${name}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

async function invite(page: Page, name: string, email: string, role: string, client?: string): Promise<void> {
  await page.getByRole('button', { name: 'Invite somebody…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: role }).click()
  if (client) await dialog.getByRole('checkbox', { name: client }).click()
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(dialog).toBeHidden()
}

test('an owner invites somebody, sends it again, and the second mail’s link leads to adding a factor', async ({
  page,
  browser,
}) => {
  const mark = randomUUID().slice(0, 8)
  const [guestName, email] = [`Gail Guest ${mark}`, `${mark}@kestrel.example`]
  await signInAs(page, nora)
  await goTo(page, 'People')
  await expectNoFaults(page)
  await page.getByRole('button', { name: 'Invite somebody…' }).click()
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText('Write their name.')).toBeVisible()
  await expectNoFaults(page)
  await page.keyboard.press('Escape')
  await invite(page, guestName, email, 'Approver')
  const row = rowOf(page, /^Invitations/, guestName)
  await expect(row).toContainText('Approver, all clients')
  const first = await linkMailedTo(email)

  await test.step('a link that was opened only does nothing', async () => {
    const guest = await (await browser.newContext()).newPage()
    await guest.goto(first)
    await expect(guest.getByRole('heading', { name: 'Nora Field invites you to Northfold IT' })).toBeVisible()
    await expectNoFaults(guest)
    await expect(row).toContainText('Open')
    await guest.close()
  })

  await test.step('revoked, its link is dead; asked anew there is another one', async () => {
    await page.getByRole('button', { name: `Revoke the invitation of ${guestName}` }).click()
    await expect(row).toHaveCount(0)
    await invite(page, guestName, email, 'Approver')
    const guest = await (await browser.newContext()).newPage()
    await guest.goto(first)
    await expect(guest.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible()
    await expectNoFaults(guest)
    await guest.goto(await linkMailedTo(email, 2))
    await guest.getByRole('button', { name: 'Join Northfold IT' }).click()
    await expect(guest.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
    // Until then the mailbox has opened nothing.
    await guest.goto(paths.overview(msp))
    await expect(guest).toHaveURL(/sign-in/)
    await guest.close()
  })

  await test.step('who came is on the list of people, and is removed again', async () => {
    await expect(rowOf(page, /^People/, guestName)).toContainText('Approver')
    await expect(row).toHaveCount(0)
    await choose(page, guestName, 'Remove…')
    await page.getByLabel('Reason').fill('A journey')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(rowOf(page, /^People/, guestName)).toHaveCount(0)
  })
  expect(await mailsTo(email)).toHaveLength(2)
})

test('a suspended person is out at once, and back when they are let in again', async ({ page, browser }) => {
  await signInAs(page, nora)
  const theirs = await openAs(browser, ada)
  await goTo(page, 'People')
  await choose(page, ada.name, 'Suspend…')
  await page.getByLabel('Reason').fill('On leave')
  await page.getByRole('button', { name: 'Suspend', exact: true }).click()
  await expect(rowOf(page, /^People/, ada.name)).toContainText('Suspended')
  await theirs.goto(paths.overview(msp))
  await expect(theirs.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  // The other company they work for is none of this one's business.
  await theirs.goto(paths.overview('southmere'))
  await expect(theirs.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await choose(page, ada.name, 'Let in again')
  await expect(rowOf(page, /^People/, ada.name)).not.toContainText('Suspended')
  await theirs.goto(paths.overview(msp))
  await expect(theirs.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await theirs.context().close()
})

test('the last owner can neither leave nor be demoted, and reads why', async ({ page }) => {
  await signInAs(page, nora)
  await goTo(page, 'People')
  await page.getByRole('button', { name: `What to do about ${nora.name}` }).click()
  for (const entry of [/^Leave…/, /^Change role and clients…/]) {
    const item = page.getByRole('menuitem', { name: entry })
    await expect(item).toHaveAttribute('aria-disabled', 'true')
    await expect(item).toContainText('A company keeps one owner')
  }
  await expectNoFaults(page)
})

test('a technician reads who is here and changes nobody; the settings are closed with a reason', async ({ page }) => {
  await signInAs(page, tom)
  await goTo(page, 'People')
  await expect(page.getByRole('button', { name: 'Invite somebody…' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('This needs the right “member: invite”')).toBeVisible()
  await goTo(page, 'Company')
  await expect(page.getByRole('button', { name: 'Save limits' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('button', { name: 'Trust this directory' })).toHaveCount(0)
})

test('an owner sets the limits, and which directories are trusted', async ({ page }) => {
  await signInAs(page, nora)
  await goTo(page, 'Company')
  await expectNoFaults(page)
  const limit = page.getByRole('textbox', { name: 'Devices that may start in an hour' })
  const was = await limit.inputValue()
  const other = was === '450' ? '400' : '450'
  await limit.fill(other)
  await limit.press('Tab')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await expect(page.getByText('Limits saved')).toBeVisible()
  await expect(page.getByText(`At most ${other} devices start an install in any one hour`)).toBeVisible()
  // The page has read what was saved.
  const limits = page.locator('form', { has: page.getByRole('button', { name: 'Save limits' }) })
  await expect(limits.getByText('Nothing is changed.')).toBeVisible()
  await limit.fill(was)
  await limit.press('Tab')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await page.getByLabel('Tenant id').fill('common')
  await page.getByRole('button', { name: 'Trust this directory' }).click()
  await expect(page.getByText('A tenant id such as')).toBeVisible()
  await page.getByLabel('Tenant id').fill('5d3e2c1a-7b6f-4e21-9c0d-1f2a3b4c5d6e')
  await page.getByRole('button', { name: 'Trust this directory' }).click()
  await expect(rowOf(page, 'Trusted directories', 'Microsoft Entra ID')).toHaveCount(1)
  await expectNoFaults(page)
  await page.getByRole('button', { name: 'Remove 5d3e2c1a-7b6f-4e21-9c0d-1f2a3b4c5d6e' }).click()
  await expect(page.getByText('None: people sign in')).toBeVisible()
})

test('somebody in two companies goes from one to the other, and meets nothing of the first there', async ({ page }) => {
  await signInAs(page, ada)
  await page.getByRole('button', { name: /Northfold IT/ }).click()
  await page.getByRole('menuitem', { name: 'Southmere Support' }).click()
  await expect(page).toHaveURL(/\/m\/southmere\/overview/)
  await goTo(page, 'Clients')
  await expect(page.getByRole('main')).toContainText('Tidewell Physio')
  await expect(page.getByRole('main')).not.toContainText('Kestrel')
})

test('a client manager gets their own organisation in plain words, and nothing of the console', async ({ page }) => {
  await signInAs(page, mia, { isConsole: false })
  await expect(page).toHaveURL(new RegExp(`${paths.portal(msp, 'kestrel-logistics')}$`))
  await expect(page.getByRole('banner')).toContainText('Kestrel Logistics')
  await expect(page.getByRole('banner')).toContainText('looked after by Northfold IT')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/computers? (is|are) up to date/)
  await expect(page.getByRole('main')).not.toContainText(/device|\bpatch(es|ed)?\b|reboot|rollout/i)
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await expectNoFaults(page)
  }
  for (const address of [
    paths.overview(msp),
    paths.people(msp),
    paths.portal(msp, 'harbour-lane-surveyors'),
    paths.portal('southmere'),
  ]) {
    const answer = await page.goto(address)
    expect([address, answer?.status()]).toEqual([address, 404])
  }
  expect((await page.request.get(paths.events(msp))).status()).toBe(404)
  await page.goto(paths.msp(msp))
  await expect(page).toHaveURL(new RegExp(`${paths.portal(msp, 'kestrel-logistics')}$`))
})

test('people of the company find no portal', async ({ page }) => {
  await signInAs(page, nora)
  for (const address of [paths.portal(msp), paths.portal(msp, 'kestrel-logistics')])
    expect((await page.goto(address))?.status()).toBe(404)
})
