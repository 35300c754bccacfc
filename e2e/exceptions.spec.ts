import { findMspId } from '../server/members/create-msp.ts'
import { paths } from '../server/paths.ts'
import { standardPolicy } from '../server/policies/rules.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { enrolApp } from './_support/account.ts'
import { expectNoFaults } from './_support/axe.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { linkMailedTo } from './_support/mail.ts'
import { makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { openAs, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const client = 'Rowan Bakery'
const month = '2023-08'
const patch = 'till-driver 9.9'

let closeStores: () => Promise<void>
test.beforeAll(() => {
  closeStores = openStores()
})
test.afterAll(() => closeStores())

test('a client manager accepts the invitation, reads the month, signs off an exception and says what broke; the technician sees both', async ({
  page,
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Tilia Support')
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error('the MSP of this journey is not there')
  const rowan = await records.factories.makeClient(mspId, { name: client })
  const [device, other] = [
    await enrolDevice(
      records,
      { msp, client },
      { hostName: 'rb-till-01', tags: ['test'] },
      exampleMissing('till-driver=9.9'),
    ),
    await enrolDevice(
      records,
      { msp, client },
      { hostName: 'rb-till-02', tags: ['till'] },
      exampleMissing('till-driver=9.9'),
    ),
  ]
  const manager = { name: 'Rose Rowan', email: `rose-${msp}@rowan.example`, msp }
  const report = sampleReport({ month, client: { name: client, timeZone: 'Europe/Berlin' } })
  await records.factories.inMsp(mspId, (tx) => insertReport(tx, rowan, report))

  await test.step('the technician asks that a patch stays off one device', async () => {
    await signInAs(page, await makeOwnPerson('Theo Reed', 'technician', msp))
    await page.goto(paths.device(msp, device.deviceId))
    await page.getByRole('button', { name: 'Ask for an exception…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(dialog.getByText('Say it in a few words').first()).toBeVisible()
    await dialog.getByLabel('Why').fill('The till software needs the old driver')
    await dialog.getByLabel('What protects meanwhile').fill('The tills have no way to the internet')
    await dialog.getByLabel('Who answers for it').fill('Rose Rowan')
    await expectNoFaults(page)
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(dialog).toBeHidden()
    await page.goto(paths.exceptions(msp, { state: 'waiting' }))
    await expect(page.getByRole('row').filter({ hasText: patch })).toContainText(`Waits for ${client} to sign it off`)
    await expectNoFaults(page)
  })

  const owner = await openAs(browser, await makeOwnPerson('Tilda Tree', 'owner', msp))
  const portal = await browser.newPage()
  await test.step('the client manager is invited by mail and accepts', async () => {
    const { name, email } = manager
    const invited = await owner.request.post(`${paths.trpc(msp)}/members.invite`, {
      headers: { origin: new URL(owner.url()).origin, 'content-type': 'application/json' },
      data: { json: { name, email, role: 'client-manager', clients: [rowan.clientId] } },
    })
    expect(invited.status()).toBe(200)
    await owner.close()
    await portal.goto(await linkMailedTo(email))
    await portal.getByRole('button', { name: 'Join Tilia Support' }).click()
    await enrolApp(portal, 'bread before the sun is up')
    await portal.getByRole('button', { name: 'I have kept them, go on' }).click()
    await expect(portal).toHaveURL(new RegExp(`/portal/${msp}/`))
  })

  await test.step('the client manager reads the month and signs the exception off', async () => {
    await portal.goto(paths.portalReports(msp, 'rowan-bakery', month))
    await expect(portal.getByRole('heading', { name: /in August/ })).toBeVisible()
    await portal.goto(paths.portal(msp, 'rowan-bakery'))
    await expect(portal.getByRole('heading', { name: '1 exception to sign off' })).toBeVisible()
    await expectNoFaults(portal)
    await portal.getByRole('button', { name: `No… to ${patch}` }).click()
    await portal.getByRole('dialog').getByRole('button', { name: 'Say no' }).click()
    await expect(portal.getByText('Say why not, in a few words')).toBeVisible()
    await portal.keyboard.press('Escape')
    await portal.getByRole('button', { name: `Sign off… ${patch}` }).click()
    await portal.getByRole('dialog').getByRole('button', { name: 'Sign off', exact: true }).click()
    await expect(portal.getByRole('dialog')).toHaveCount(0)
    await expect(portal.getByRole('heading', { name: 'Kept off on purpose' })).toBeVisible()
    await expect(portal.getByText('Agreed by Rose Rowan')).toBeVisible()
    await expect(portal.getByRole('heading', { name: /to sign off/ })).toHaveCount(0)
  })

  await test.step('the technician reads why the patch is not there', async () => {
    await page.goto(paths.device(msp, device.deviceId))
    await expect(page.getByText(/It is kept off until .+ by an exception that Rose Rowan signed off/)).toBeVisible()
    await expectNoFaults(page)
    await page.getByRole('link', { name: 'Open the exceptions' }).click()
    await expect(page.getByRole('row').filter({ hasText: patch })).toContainText('Signed off by Rose Rowan')
  })

  await test.step('after a patch night the manager says what broke, and the technician sees to it', async () => {
    const patchId = await records.factories.findPatch(mspId, 'till-driver', '9.9')
    const ring = { deviceIds: [other.deviceId], patchIds: [patchId] }
    const rolloutId = await records.factories.makeRollout(rowan, [ring])
    await records.factories.inMsp(mspId, async (tx) => {
      await tx`update rollouts set policy = ${tx.json({ ...standardPolicy })} where id = ${rolloutId}`
      await tx`update plan_items set state = 'proved', state_at = now() where rollout_id = ${rolloutId}`
    })
    await portal.reload()
    await expect(portal.getByRole('heading', { name: 'Did anything break?' })).toBeVisible()
    await expectNoFaults(portal)
    await portal.getByRole('button', { name: 'Yes…' }).click()
    await portal.getByLabel('In your words').fill('The second till prints no receipts')
    await portal.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    // While the dialog is open nothing behind it counts as there.
    await expect(portal.getByRole('dialog')).toHaveCount(0)
    await expect(portal.getByRole('heading', { name: 'Did anything break?' })).toHaveCount(0)
    await page.goto(paths.overview(msp))
    await expect(page.getByText(`${client} says that something broke after R-1`)).toBeVisible()
    await page.goto(paths.rollout(msp, rolloutId))
    await expect(page.getByText('The second till prints no receipts')).toBeVisible()
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Seen to' }).click()
    await expect(page.getByText('Seen to by Theo Reed.')).toBeVisible()
    await page.goto(paths.overview(msp))
    await expect(page.getByText('says that something broke')).toHaveCount(0)
  })
  await portal.close()
})
