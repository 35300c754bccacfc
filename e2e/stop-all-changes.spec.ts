import { expect, type Page } from '@playwright/test'
import { expectNoFaults } from './_support/axe.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { ageProofs, makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { openAs, signInAs } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { test } from './_support/test.ts'

let close: () => Promise<void>
test.beforeAll(() => {
  close = openStores()
})
test.afterAll(() => close?.())

const client = 'Hazel Row Surgery'
const bannerOf = (page: Page) => page.getByRole('region', { name: 'All changes are stopped' })

/** In a company of its own: nobody else’s devices stand still for it. */
test('an owner stops all changes at once, everybody reads it on every page, and a fresh proof lets them go on', async ({
  page,
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Hazel IT')
  await records.factories.makeClient(await records.findMsp(msp), { name: client })
  await enrolDevice(records, { msp, client }, { hostName: 'hazel-ws-01' }, exampleMissing('hazel-tool=2.0'))
  const owner = await makeOwnPerson('Olga Hazel', 'owner', msp)
  const technician = await openAs(browser, await makeOwnPerson('Theo Reed', 'technician', msp))
  await goTo(technician, 'Devices')
  await signInAs(page, owner, { isApart: true })
  await ageProofs(owner.email)

  await test.step('it wants a reason, and no proof', async () => {
    await goTo(page, 'Company')
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Stop all changes…' }).click()
    const dialog = page.getByRole('dialog', { name: /^1 device gets nothing that changes it/ })
    await dialog.getByRole('button', { name: 'Stop changes on 1 device' }).click()
    await expect(dialog.getByText('Write at least 3 letters.')).toBeVisible()
    await expectNoFaults(page)
    await dialog.getByLabel('Reason').fill('A session was stolen')
    await dialog.getByRole('button', { name: 'Stop changes on 1 device' }).click()
    await expect(dialog).toBeHidden()
    await expect(bannerOf(page)).toContainText('by Olga Hazel: A session was stolen')
    await expectNoFaults(page)
  })

  await test.step('it stands over the page that a technician has open, who may stop and not let go on', async () => {
    await expect(bannerOf(technician)).toContainText('by Olga Hazel: A session was stolen')
    await expect(bannerOf(technician).getByRole('button')).toHaveCount(0)
    await goTo(technician, 'Company')
    await expect(technician.getByRole('button', { name: 'Let changes go on…' })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
  })

  await test.step('the overview names it first', async () => {
    await goTo(page, 'Overview')
    await expect(bannerOf(page)).toBeVisible()
    const needs = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem')
    await expect(needs.first()).toContainText('Olga Hazel stopped them: A session was stolen.')
    await expectNoFaults(page)
  })

  await test.step('going on asks for a fresh proof first', async () => {
    await bannerOf(page).getByRole('button', { name: 'Let changes go on…' }).click()
    const dialog = page.getByRole('dialog', { name: /^1 device gets what waits for it/ })
    await dialog.getByLabel('Type the number of devices').fill('1')
    await dialog.getByLabel('Reason').fill('It was a drill')
    await dialog.getByRole('button', { name: 'Let changes go on for 1 device' }).click()
    const proof = page.getByRole('dialog', { name: 'Is it you?' })
    // All of it is there, and so the keyboard is with it and no more with the dialog below.
    await expect(proof.getByRole('link', { name: 'Open Security' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog.getByText('Still stopped: Nothing was changed')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(bannerOf(page)).toBeVisible()
  })

  await test.step('signed in anew it is let go on, and the banner is gone everywhere', async () => {
    const fresh = await openAs(browser, owner, { isApart: true })
    await bannerOf(fresh).getByRole('button', { name: 'Let changes go on…' }).click()
    const dialog = fresh.getByRole('dialog', { name: /^1 device gets what waits for it/ })
    await dialog.getByLabel('Type the number of devices').fill('1')
    await dialog.getByLabel('Reason').fill('It was a drill')
    await dialog.getByRole('button', { name: 'Let changes go on for 1 device' }).click()
    for (const each of [fresh, page, technician]) await expect(bannerOf(each)).toHaveCount(0)
    await goTo(fresh, 'Audit log')
    for (const what of ['All changes stopped', 'Changes let go on'])
      await expect(fresh.getByRole('row').filter({ hasText: what })).toHaveCount(1)
    await fresh.close()
  })
  await technician.close()
})
