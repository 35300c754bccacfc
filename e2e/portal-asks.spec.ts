import { findMspId } from '../server/members/create-msp.ts'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { openAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const client = 'Elder Print'
const patch = 'press-tool 4.2'

let closeStores: () => Promise<void>
test.beforeAll(() => {
  closeStores = openStores()
})
test.afterAll(() => closeStores())

test('a client manager asks that an update stays off, the technician accepts, and both read it', async ({
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Hazel Support')
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error('the MSP of this journey is not there')
  const elder = await records.factories.makeClient(mspId, { name: client })
  const missing = exampleMissing('press-tool=4.2')
  const host = { hostName: 'ep-press-01', tags: ['press'] }
  const device = await enrolDevice(records, { msp, client }, host, missing)
  const manager = await makeOwnPerson('Elsa Elder', 'client-manager', msp, [elder.clientId])
  const portal = await openAs(browser, manager, { isConsole: false })

  await test.step('the manager fills in the form, and is told what is not filled in', async () => {
    await portal.goto(paths.portal(msp, 'elder-print'))
    await expect(portal.getByText('No update is kept off your computers on purpose.')).toBeVisible()
    await expectNoFaults(portal)
    await portal.getByRole('button', { name: 'Ask to keep an update off…' }).click()
    const dialog = portal.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    for (const fault of ['Choose the update', 'Say why, in a few words', 'Say what protects them, in a few words'])
      await expect(dialog.getByText(fault)).toBeVisible()
    await expectNoFaults(portal)
    await dialog.getByLabel('Which update').click()
    await portal.getByRole('option', { name: patch }).click()
    await dialog.getByLabel('Where').click()
    await portal.getByRole('option', { name: 'On computers marked press' }).click()
    await dialog.getByLabel('Why').fill('The press stands still while it is updated')
    await dialog.getByLabel('What protects these computers meanwhile').fill('The press has no way to the internet')
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(portal.getByRole('dialog')).toHaveCount(0)
    await expect(portal.getByText('You asked for it; Hazel Support has not answered yet.')).toBeVisible()
    await expect(portal.getByText('on 1 computer marked press')).toBeVisible()
    await expectNoFaults(portal)
  })

  const technician = await openAs(browser, await makeOwnPerson('Tess Thorn', 'technician', msp))
  await test.step('the technician accepts it', async () => {
    await technician.goto(paths.exceptions(msp, { state: 'waiting' }))
    const row = technician.getByRole('row').filter({ hasText: patch })
    await expect(row).toContainText('Elsa Elder')
    await row.getByRole('button', { name: /Accept/ }).click()
    const dialog = technician.getByRole('dialog')
    await dialog.getByRole('textbox').fill('Agreed with the maker of the press')
    await dialog.getByRole('button', { name: 'Accept', exact: true }).click()
    await expect(technician.getByRole('dialog')).toHaveCount(0)
  })

  await test.step('it is kept off, and both pages say by whom', async () => {
    await technician.goto(paths.device(msp, device.deviceId))
    await expect(technician.getByText(/It is kept off until .+ by an exception that Tess Thorn accepted/)).toBeVisible()
    await portal.reload()
    await expect(portal.getByText('Agreed by Tess Thorn')).toBeVisible()
  })
  await technician.close()
  await portal.close()
})
