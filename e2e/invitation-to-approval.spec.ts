import { expect, type Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import {
  addAuthenticator,
  alertOf,
  enrolApp,
  expectConsole,
  named,
  namedUrl,
  openSecurity,
  signOut,
} from './_support/account.ts'
import { expectNoFaults } from './_support/axe.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { linkMailedTo } from './_support/mail.ts'
import { ageProofs, makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { signInAs } from './_support/sign-in.ts'
import { goTo, rowOf } from './_support/tables.ts'
import { test } from './_support/test.ts'

test.use({ baseURL: namedUrl, actionTimeout: 20_000 })

const company = 'Fernhill Support'
const patch = 'fern-tool'
let close: () => Promise<void>
test.beforeAll(() => {
  close = openStores()
})
test.afterAll(() => close?.())

/** The whole way of a person, from a mail to a patch at two clients, in a company of its own. */
test('somebody is invited, proves who they are, asks for a patch at two clients, and a second person confirms', async ({
  page,
  browser,
  records,
}) => {
  test.setTimeout(240_000)
  const msp = await makeOwnMsp(company)
  const mspId = await records.findMsp(msp)
  for (const name of ['Mill Lane Dental', 'Otter Books']) {
    await records.factories.makeClient(mspId, { name })
    const hostName = `${name.slice(0, 4).toLowerCase()}-ws-01`
    await enrolDevice(records, { msp, client: name }, { hostName }, exampleMissing(`${patch}=2.0`))
  }
  const owner = await makeOwnPerson('Olga Fern', 'owner', msp)
  const first = await (await browser.newContext({ baseURL: process.env.E2E_BASE_URL ?? '' })).newPage()
  await signInAs(first, owner)
  const email = `gail-${msp}@fernhill.example`

  await test.step('the owner invites an approver by mail', async () => {
    await goTo(first, 'People')
    await first.getByRole('button', { name: 'Invite somebody…' }).click()
    const dialog = first.getByRole('dialog', { name: 'Invite somebody' })
    await dialog.getByLabel('Name').fill('Gail Guest')
    await dialog.getByLabel('E-mail').fill(email)
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await first.getByRole('option', { name: 'Approver' }).click()
    await dialog.getByRole('button', { name: 'Send invitation' }).click()
    await expect(dialog).toBeHidden()
  })

  await test.step('the mail’s link ends in a second factor; with app and password they are in', async () => {
    await page.goto(named(await linkMailedTo(email)))
    await page.getByRole('button', { name: `Join ${company}` }).click()
    await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
    await enrolApp(page, 'barley field at dawn')
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'I have kept them, go on' }).click()
    await expectConsole(page, msp)
  })

  await test.step('a passkey, which then signs in without an e-mail address', async () => {
    await addAuthenticator(page)
    await openSecurity(page)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(page.getByText(/^Passkey, added/)).toBeVisible()
    await expectNoFaults(page)
    await page.goto(paths.home())
    await expectConsole(page, msp)
    await signOut(page)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await expectConsole(page, msp)
  })

  await test.step('eleven minutes later a patch at two clients asks for a fresh proof, over its open dialog', async () => {
    await ageProofs(email)
    await goTo(page, 'Patches')
    await rowOf(page, /Patches/, `${patch} 2.0`)
      .getByRole('link')
      .click()
    await page.getByRole('button', { name: /^Approve/ }).click()
    const dialog = page.getByRole('dialog', { name: new RegExp(`^2 .*${patch} 2.0`) })
    await dialog.getByLabel(/^Type the number of/).fill('2')
    await dialog.getByRole('button', { name: 'Approve at 2 clients' }).click()
    const proof = page.getByRole('dialog', { name: 'Is it you?' })
    await expect(proof).toBeVisible()
    await expectNoFaults(page)
    await page.keyboard.press('Escape')
    await expect(proof).toBeHidden()
    await expect(alertOf(page, 'Nothing was changed')).toBeVisible()
    await dialog.getByRole('button', { name: 'Approve at 2 clients' }).click()
    await proof.getByRole('button', { name: 'Use a passkey' }).click()
    await expect(page.getByText('A second person is asked')).toBeVisible()
  })

  await test.step('who asked may not confirm it; the owner does, in a browser of her own', async () => {
    await goTo(page, 'Proposals')
    await expect(page.getByRole('heading', { level: 1 })).toContainText('1 proposal waits for a second person')
    await expect(page.getByRole('button', { name: /^Review/ })).toHaveCount(0)
    await expectNoFaults(page)
    await confirm(first)
    await expect(rowOf(page, /Proposals/, patch)).toContainText(`Confirmed by ${owner.name}`)
  })

  await test.step('the log names both', async () => {
    await goTo(first, 'Audit log')
    const rows = first.getByRole('table', { name: /Records of the audit log/ }).getByRole('row')
    // One record a client, each in the words of who did it.
    for (const client of ['Mill Lane Dental', 'Otter Books'])
      for (const [what, who] of [
        ['Second person asked', 'Gail Guest'],
        ['Patch approved', owner.name],
      ])
        await expect(
          rows
            .filter({ hasText: what ?? '' })
            .filter({ hasText: who ?? '' })
            .filter({ hasText: client }),
        ).toHaveCount(1)
  })
  await first.context().close()
})

/** The owner reads what is asked, types how many devices it is, and lets it happen. */
async function confirm(owner: Page): Promise<void> {
  await goTo(owner, 'Overview')
  const need = owner.getByRole('listitem').filter({ hasText: `get ${patch} 2.0` })
  await need.getByRole('link', { name: /^Review/ }).click()
  const dialog = owner.getByRole('dialog', { name: new RegExp(`get ${patch} 2.0`) })
  await dialog.getByLabel(/^Type the number of/).fill('2')
  await dialog.getByRole('button', { name: /^Approve/ }).click()
  await expect(owner.getByText('Confirmed', { exact: true }).first()).toBeVisible()
}
