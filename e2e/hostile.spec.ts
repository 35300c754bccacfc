import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { enrolDevice, exampleMissing } from './_support/hidden-device.ts'
import { ownerPlaces } from './_support/places.ts'
import { ines, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const msp = 'southmere'
const client = 'Tidewell Physio'
/** One string for each field that a device can fill; each would leave an element behind if it were read as HTML. */
const evil = (field: string) =>
  `"><img src=x onerror="hostile('${field}')"><b class=hostile>${field}</b>'; drop table devices;--`
const hostName = evil('host')

test('what a device says is text and nothing else, on every page', async ({ page, records }) => {
  const cries: string[] = []
  page.on('dialog', async (dialog) => {
    cries.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('pageerror', (error) => cries.push(`error: ${error.message}`))
  await page.exposeFunction('hostile', (field: string) => void cries.push(`script of ${field}`))

  const device = await test.step('a device with such strings everywhere is enrolled', async () => {
    await records.savePolicy(msp, { isByHand: false })
    const missing = exampleMissing('lab-svc=2.0')
    const [update] = missing.updates
    const [set] = missing.sets
    if (!update || !set) throw new Error('the example has one update')
    const enrolled = await enrolDevice(
      records,
      { msp, client },
      {
        hostName,
        osName: evil('os'),
        osVersion: evil('osv'),
        kernel: evil('kernel'),
        timeZone: "<script>hostile('zone')</script>",
        rebootReasons: [evil('reboot')],
        isRebootPending: true,
        agentVersion: '<i class=hostile>agent</i>',
        tags: ['test', "<img src=x onerror=hostile('tag')>"],
      },
      {
        updates: [{ ...update, source: evil('source') }],
        sets: [{ ...set, undoReason: evil('undo') }],
        waiting: [{ name: 'lab-lib', reason: evil('waiting') }],
        trouble: evil('trouble'),
      },
    )
    const told = await enrolled.report({
      state: 'failed',
      isRebootPending: true,
      summary: evil('summary'),
      probes: [
        { name: evil('probe'), at: new Date().toISOString(), isPassed: false, detail: evil('detail'), phase: 'watch' },
      ],
      sets: [
        {
          key: set.key,
          outcome: 'failed',
          versions: [{ manager: 'apt', name: 'lab-svc', before: '1.0', after: null, status: '<u>' }],
          exitCode: 100,
          output: evil('output'),
          reason: evil('reason'),
          undoClass: 'none',
        },
      ],
    })
    expect(told.status).toBe(200)
    await enrolled.report({
      state: 'refused',
      isRebootPending: true,
      refusal: { code: 'malformed', detail: evil('refusal') },
    })
    return enrolled
  })

  await test.step('control characters are refused at the door', async () => {
    for (const sign of ['\u0000', '\u001b[31m', '\u202e', '\u2066', '\n']) {
      const answer = await device.inventory({ facts: { ...device.facts, hostName: `host${sign}name` } })
      expect(answer.status, JSON.stringify(sign)).toBe(400)
    }
  })

  await signInAs(page, ines)
  await test.step('the device page shows each of them as it is', async () => {
    await page.goto(paths.device(msp, device.deviceId))
    await expect(page.getByRole('heading', { level: 1, name: hostName })).toBeVisible()
    for (const field of ['os', 'kernel', 'reboot', 'trouble', 'output', 'reason', 'refusal', 'probe'])
      await expect(page.getByRole('main'), field).toContainText(evil(field))
    await expectNoMarkup(page)
  })

  await test.step('every list works and stays text', async () => {
    const lists = [...Object.values(ownerPlaces).map((path) => path(msp)), paths.patches(msp, { filter: 'all' })]
    for (const address of lists) {
      await page.goto(address)
      await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible()
      await expectNoMarkup(page)
    }
    await page.goto(paths.devices(msp, { search: "'; drop table devices;--" }))
    await expect(page.getByRole('rowheader', { name: hostName })).toBeVisible()
    await page.goto(paths.devices(msp, { search: '%_\\' }))
    await expect(page.getByRole('heading', { level: 2, name: /No host name holds/ })).toBeVisible()
  })

  await test.step('so do its patch and its rollout', async () => {
    const mspId = await records.findMsp(msp)
    await page.goto(paths.patch(msp, await records.factories.findPatch(mspId, 'lab-svc', '2.0')))
    await page.getByRole('button', { name: client }).click()
    await expect(page.getByRole('main')).toContainText(hostName)
    await expectNoMarkup(page)
    await expect
      .poll(async () => (await records.listIds(mspId)).rollouts.length, { timeout: 60_000 })
      .toBeGreaterThan(0)
    const [rolloutId = ''] = (await records.listIds(mspId)).rollouts
    await page.goto(paths.rollout(msp, rolloutId, { ring: 'all' }))
    await expect(page.getByRole('rowheader', { name: hostName })).toBeVisible()
    await expectNoMarkup(page)
  })
  expect(cries).toEqual([])
})

/** No element came out of a device's words, and none of their scripts ran. */
async function expectNoMarkup(page: Page): Promise<void> {
  // Roles cannot name what must not be there at all.
  const made = await page.evaluate(
    () => document.querySelectorAll('.hostile, img[src="x"], [onerror], main script:not([src]):not([id])').length,
  )
  expect(made, page.url()).toBe(0)
}
