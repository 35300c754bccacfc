import { randomUUID } from 'node:crypto'
import type { InstallOrder, RefusalCode, ScanOrder } from '../agent/wire/order.ts'
import { paths } from '../server/paths.ts'
import { inHours, type OrderForge, openForge, setOf } from './_support/order-forge.ts'
import { nora, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const hostName = 'hl-ws-04'

interface Case {
  code: RefusalCode
  /** What the device page says. */
  words: string
  /** What it says beside it, where two share a code. */
  detail: string
  forge: (forge: OrderForge, orders: { scan: ScanOrder; install: InstallOrder }) => object
}

const cases: Record<string, Case> = {
  'is too large': {
    code: 'too-many-bytes',
    words: 'it is larger than a device reads',
    detail: 'the limit is 262144',
    forge: (forge, { scan }) => ({ ...forge.seal(scan), padding: 'x'.repeat(300_000) }),
  },
  'has a field more': {
    code: 'malformed',
    words: 'it is not written as agreed',
    detail: 'script',
    forge: (forge, { scan }) => forge.seal({ ...scan, script: 'rm -rf /' }),
  },
  'names a verb of its own': {
    code: 'unknown-verb',
    words: 'it asks for something this agent does not do',
    detail: 'the verb is "shell"',
    forge: (forge, { scan }) => forge.seal({ ...scan, verb: 'shell' }),
  },
  'is forged': {
    code: 'bad-signature',
    words: 'it is not signed with our key',
    detail: 'not enough good signatures',
    forge: (forge, { scan }) => forge.sealAsStranger(scan),
  },
  'was altered': {
    code: 'bad-signature',
    words: 'it is not signed with our key',
    detail: 'not enough good signatures',
    forge: (forge, { install }) => forge.alter(forge.seal(install), (text) => text.replaceAll('"2.0"', '"9.0"')),
  },
  'is for another device': {
    code: 'wrong-device',
    words: 'it is made out to another device',
    detail: 'the order is for device',
    forge: (forge, { scan }) => forge.seal({ ...scan, deviceId: randomUUID() }),
  },
  'is too late': {
    code: 'expired',
    words: 'it came after its last date',
    detail: 'its last date is',
    forge: (forge, { scan }) => forge.seal({ ...scan, notAfter: inHours(-0.5) }),
  },
  'begins at another version': {
    code: 'from-version',
    words: 'the device no longer has the version it starts from',
    detail: 'the order says 0.9',
    forge: (forge, { install }) =>
      forge.seal({ ...install, sets: [setOf({ name: 'lab-base', fromVersion: '0.9', version: '2.0', sha256: null })] }),
  },
  'holds less than its transaction': {
    code: 'exceeds-order',
    words: 'the package manager would change more than it names',
    detail: 'lab-ext 2.0',
    forge: (forge, { install }) => forge.seal(install),
  },
}

test('a device of the lab refuses bad orders, each with its own code, and its page says which', async ({
  page,
  lab,
  records,
}) => {
  await expect.poll(() => records.countClientsWithRollout('northfold')).toBe(3)
  await records.savePolicy('northfold', { isByHand: true })
  await lab.publish('lab-base', '2.0')
  await lab.publish('lab-ext', '2.0')
  const device = await records.findDevice(hostName)
  const forge = await openForge(records, device)
  // The pair goes in together, so an order of one half holds less than its transaction.
  let sha256: string | null = null
  await expect
    .poll(async () => (sha256 = await records.findMissing(device, 'lab-base', '2.0')), { timeout: 60_000 })
    .not.toBeNull()
  const half = setOf({ name: 'lab-base', fromVersion: '1.0', version: '2.0', sha256 })

  await signInAs(page, nora)
  await page.goto(paths.device('northfold', device.id))
  await expect(page.getByRole('heading', { name: hostName, level: 1 })).toBeVisible()
  const refusals = page.getByRole('listitem').filter({ hasText: 'Order refused' })
  await expect(refusals).toHaveCount(0)

  const given: { orderId: string; envelope: object }[] = []
  for (const { forge: make } of Object.values(cases)) {
    const install = await forge.install([half])
    const scan: ScanOrder = { ...(await forge.scan()), orderId: install.orderId }
    given.push({ orderId: install.orderId, envelope: make(forge, { scan, install }) })
  }
  await forge.give(...given)

  for (const [what, { code, words, detail }] of Object.entries(cases)) {
    await test.step(`an order that ${what}: ${code}`, async () => {
      const line = refusals.filter({ hasText: `Order refused: ${words}` }).filter({ hasText: detail })
      const sameCode = Object.values(cases).filter((one) => one.code === code).length
      await expect(line).toHaveCount(sameCode)
      await expect(line.first().getByText(code, { exact: true })).toBeVisible()
    })
  }

  await test.step('an order that came before: replayed', async () => {
    const good = await forge.scan()
    const envelope = forge.seal(good)
    await forge.give({ orderId: good.orderId, envelope })
    await expect.poll(() => records.deviceStateOf(device, good.orderId)).toBe('done')
    await forge.give({ orderId: randomUUID(), envelope })
    const line = refusals.filter({ hasText: 'Order refused: it was used before' })
    await expect(line).toHaveCount(1)
    await expect(line.getByText('replayed', { exact: true })).toBeVisible()
  })

  await expect(refusals).toHaveCount(given.length + 1)
  expect(await lab.linesOf(hostName, 'lab-base', '2.0')).toEqual([])
  expect(
    await records.countPermits(
      device,
      given.map((one) => one.orderId),
    ),
  ).toBe(0)
  await forge.clear()
})
