import { generate } from 'otplib'
import { formatMonth } from '../components/format.ts'
import { hashPassword, storePassword } from '../server/auth/passwords.ts'
import { authDatabase } from '../server/auth/store.ts'
import { findMspId } from '../server/members/create-msp.ts'
import { paths } from '../server/paths.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { startApp } from './_support/account.ts'
import { expectNoFaults } from './_support/axe.ts'
import { linkMailedTo } from './_support/mail.ts'
import { ageProofs, makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { openAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const client = 'Rowan Dental'
const month = '2023-02'
const password = 'barley field at dawn'
const email = `lena-${Date.now()}@rowan.example`

let closeStores: () => Promise<void>
test.beforeAll(() => {
  closeStores = openStores()
})
test.afterAll(() => closeStores())

test('an owner lets client managers in by a password alone; one comes and reads the month; asked for more, they add a factor and go on', async ({
  page: manager,
  browser,
  records,
}) => {
  test.setTimeout(240_000)
  const msp = await makeOwnMsp('Birch Support')
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error('the MSP of this journey is not there')
  const rowan = await records.factories.makeClient(mspId, { name: client })
  const report = sampleReport({ month, client: { name: client, timeZone: 'Europe/Berlin' } })
  await records.factories.inMsp(mspId, (tx) => insertReport(tx, rowan, report))
  const person = await makeOwnPerson('Bo Birch', 'owner', msp)
  const owner = await openAs(browser, person, { isApart: true })
  const section = owner.getByRole('region', { name: 'Client managers' })

  await test.step('switching it off wants a proof that is fresh', async () => {
    await owner.goto(paths.company(msp))
    await expect(section).toContainText('need a second factor to read their portal')
    await expectNoFaults(owner)
    await ageProofs(person.email)
    await section.getByRole('button', { name: 'Let them sign in without one' }).click()
    await expect(owner.getByRole('dialog', { name: 'Is it you?' })).toBeVisible()
    await owner.keyboard.press('Escape')
    await expect(section.getByRole('alert')).toContainText('Nothing was changed')
    await owner.close()
  })

  await test.step('proved just now, it is off, and the manager is asked in', async () => {
    const fresh = await openAs(browser, person, { isApart: true })
    await fresh.goto(paths.company(msp))
    const there = fresh.getByRole('region', { name: 'Client managers' })
    await there.getByRole('button', { name: 'Let them sign in without one' }).click()
    await expect(there).toContainText('may read their portal with a password alone')
    await expectNoFaults(fresh)
    await fresh.goto(paths.people(msp))
    await fresh.getByRole('button', { name: 'Invite somebody…' }).click()
    const dialog = fresh.getByRole('dialog', { name: 'Invite somebody' })
    await dialog.getByLabel('Name').fill('Lena Rowan')
    await dialog.getByLabel('E-mail').fill(email)
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await fresh.getByRole('option', { name: 'Client manager' }).click()
    await dialog.getByRole('checkbox', { name: client }).click()
    await dialog.getByRole('button', { name: 'Send invitation' }).click()
    await expect(dialog).toHaveCount(0)
    await fresh.close()
  })

  await test.step('the mail opens nothing by itself; with a password the manager is in the portal and reads the month', async () => {
    await manager.goto(await linkMailedTo(email))
    await expect(manager.getByText('Then you choose a password, or add a passkey.')).toBeVisible()
    await expectNoFaults(manager)
    await manager.getByRole('button', { name: 'Join Birch Support' }).click()
    await expect(manager.getByRole('heading', { name: 'Choose how you sign in' })).toBeVisible()
    await expectNoFaults(manager)
    await manager.goto(paths.portal(msp))
    await expect(manager).toHaveURL(/sign-in$/)
    await manager.goto(paths.enrolFactor())
    await manager.getByRole('textbox', { name: 'Choose a password' }).fill(password)
    await manager.getByRole('button', { name: 'Go on with this password' }).click()
    await expect(manager).toHaveURL(new RegExp(`/portal/${msp}/`))
    await manager.goto(paths.portalReports(msp, 'rowan-dental', month))
    await expect(manager.getByText(formatMonth(month)).first()).toBeVisible()
  })

  await test.step('out, and in again by the password; Security offers a factor', async () => {
    await manager.getByRole('button', { name: 'Lena Rowan' }).click()
    await manager.getByRole('menuitem', { name: /^Sign out/ }).click()
    await manager.getByLabel('Work e-mail').fill(email)
    await manager.getByRole('textbox', { name: 'Password' }).fill(password)
    await manager.getByRole('button', { name: 'Continue' }).click()
    await expect(manager).toHaveURL(new RegExp(`/portal/${msp}/`))
    await manager.goto(paths.security())
    await expect(manager.getByText('You sign in with a password alone.')).toBeVisible()
    await expect(manager.getByRole('button', { name: 'Add an app' })).toBeVisible()
    await expectNoFaults(manager)
    await manager.goto(paths.portal(msp))
    await expect(manager).toHaveURL(new RegExp(`/portal/${msp}/`))
  })

  await test.step('asked for more, their next page wants a factor, and the password once more before it takes one', async () => {
    const fresh = await openAs(browser, person, { isApart: true })
    await fresh.goto(paths.company(msp))
    await fresh.getByRole('button', { name: 'Require a second factor' }).click()
    await expect(fresh.getByText('need a second factor to read their portal')).toBeVisible()
    await fresh.close()
    await ageProofs(email)
    await manager.goto(paths.portalReports(msp, 'rowan-dental', month))
    await expect(manager.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
    await expectNoFaults(manager)
    await manager.getByRole('button', { name: 'Use an authenticator app' }).click()
    const proof = manager.getByRole('dialog', { name: 'Is it you?' })
    await proof.getByRole('textbox', { name: 'Password' }).fill(password)
    await expectNoFaults(manager)
    await proof.getByRole('button', { name: 'Go on' }).click()
    await expect(manager.getByRole('img', { name: 'QR code of the key beside it' })).toBeVisible()
  })

  await test.step('with an app they are back where they were, and it is asked for from then on', async () => {
    await manager.goto(paths.enrolFactor())
    const seed = await startApp(manager)
    await manager.getByLabel('Code that the app shows now').fill(await generate({ secret: seed }))
    await manager.getByRole('button', { name: 'Add the authenticator app' }).click()
    await expect(manager.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
    await manager.getByRole('button', { name: 'I have kept them, go on' }).click()
    await expect(manager).toHaveURL(new RegExp(`/portal/${msp}/`))
    await manager.goto(paths.portalReports(msp, 'rowan-dental', month))
    await expect(manager.getByText(formatMonth(month)).first()).toBeVisible()
  })
})

test('who stands before "Add a second factor" when the company asks no more goes on by "Later"', async ({
  page,
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Larch Support')
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error('the MSP of this journey is not there')
  const { clientId } = await records.factories.makeClient(mspId, { name: 'Sorrel Foods' })
  const manager = await makeOwnPerson('Sam Sorrel', 'client-manager', msp, [clientId])
  await storePassword(authDatabase(), manager.userId, await hashPassword(password), new Date())
  await page.goto(paths.signIn())
  await page.getByLabel('Work e-mail').fill(manager.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Later' })).toHaveCount(0)
  const owner = await openAs(browser, await makeOwnPerson('Lou Larch', 'owner', msp))
  await owner.goto(paths.company(msp))
  await owner.getByRole('button', { name: 'Let them sign in without one' }).click()
  await expect(owner.getByRole('button', { name: 'Require a second factor' })).toBeVisible()
  await owner.close()
  // The setting alone lets nobody in who stood outside.
  await page.goto(paths.portal(msp))
  await expect(page).toHaveURL(/sign-in$/)
  await page.goto(paths.enrolFactor())
  await expectNoFaults(page)
  await page.getByRole('button', { name: 'Later' }).click()
  await expect(page).toHaveURL(new RegExp(`/portal/${msp}/`))
})
