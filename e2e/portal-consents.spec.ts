import { findMspId } from '../server/members/create-msp.ts'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { openAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const client = 'Alder Clinic'
const patch = 'chart-app 7.1'

let closeStores: () => Promise<void>
test.beforeAll(() => {
  closeStores = openStores()
})
test.afterAll(() => closeStores())

test('a technician asks the client before a patch goes in, the manager says no, and the technician goes on with a reason', async ({
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Maple Support')
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error('the MSP of this journey is not there')
  const alder = await records.factories.makeClient(mspId, { name: client })
  const missing = exampleMissing('chart-app=7.1')
  const device = await enrolDevice(records, { msp, client }, { hostName: 'ac-desk-01', tags: ['test'] }, missing)
  const patchId = await records.factories.findPatch(mspId, 'chart-app', '7.1')
  const technician = await openAs(browser, await makeOwnPerson('Mo Maple', 'technician', msp))
  const manager = await makeOwnPerson('Dr Alder', 'client-manager', msp, [alder.clientId])
  const portal = await openAs(browser, manager, { isConsole: false })

  await test.step('the technician asks', async () => {
    await technician.goto(paths.patch(msp, patchId))
    await technician.getByRole('button', { name: 'Ask the client…' }).click()
    const dialog = technician.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(dialog.getByText('Say it in a few words')).toHaveCount(2)
    await dialog.getByLabel('Why it should go in').fill('It closes a hole that is being used')
    await dialog.getByLabel('What happens when').fill('Thursday night, one restart of the front desk')
    await expectNoFaults(technician)
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(technician.getByRole('dialog')).toHaveCount(0)
    await technician.goto(paths.device(msp, device.deviceId))
    await expect(technician.getByText(/It waits for the yes of Alder Clinic, asked .+ by Mo Maple/)).toBeVisible()
    await expectNoFaults(technician)
  })

  await test.step('the manager reads what, why and when, and says no with a reason', async () => {
    await portal.goto(paths.portal(msp, 'alder-clinic'))
    await expect(portal.getByRole('heading', { name: '1 update waits for your yes' })).toBeVisible()
    await expect(portal.getByText('What happens: Thursday night, one restart of the front desk')).toBeVisible()
    await expectNoFaults(portal)
    await portal.getByRole('button', { name: `No… to ${patch}` }).click()
    const dialog = portal.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Say no' }).click()
    await expect(dialog.getByText('Say why not, in a few words')).toBeVisible()
    await dialog.getByLabel('Why not').fill('We have patients all night')
    await dialog.getByRole('button', { name: 'Say no' }).click()
    await expect(portal.getByRole('dialog')).toHaveCount(0)
    await expect(portal.getByRole('heading', { name: /your yes/ })).toHaveCount(0)
  })

  await test.step('the technician reads the no, and ends the question with a reason', async () => {
    await technician.goto(paths.device(msp, device.deviceId))
    await expect(technician.getByText(/Alder Clinic said no .+ by Dr Alder: We have patients all night/)).toBeVisible()
    await technician.goto(paths.patch(msp, patchId))
    await expect(technician.getByText(/no by Dr Alder/)).toBeVisible()
    await technician.getByRole('button', { name: 'End the question…' }).click()
    const dialog = technician.getByRole('dialog')
    await dialog.getByRole('textbox').fill('They agreed to Saturday by phone')
    await dialog.getByRole('button', { name: 'End the question' }).click()
    await expect(technician.getByRole('dialog')).toHaveCount(0)
    await technician.goto(paths.device(msp, device.deviceId))
    await expect(technician.getByText(/said no/)).toHaveCount(0)
  })
  await technician.close()
  await portal.close()
})
