import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { nora, signInAs, tom } from './_support/sign-in.ts'
import { checkout } from './_support/stack.ts'
import { expect, test } from './_support/test.ts'

const run = promisify(execFile)
const msp = 'northfold'
const publicKey = () => join(process.env.E2E_STATE ?? '', 'audit-public-key.pem')
const verify = (...args: string[]) =>
  run(process.execPath, ['tools/audit/main.ts', '--key', publicKey(), ...args], { cwd: checkout }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  )

test('the log says how far it is sealed; the proof finds nothing, and a head that is not of this chain is found', async ({
  page,
}) => {
  await signInAs(page, nora)
  await page.goto(paths.audit(msp))
  await expect(page.getByText(/^Sealed up to .* no head is signed before the first day is over/)).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy newest head' }).click()
  const head = await page.evaluate(() => navigator.clipboard.readText())
  expect(head).toMatch(/^northfold:\d+:[0-9a-f]{64}$/)

  const good = await verify('--msp', msp, '--head', head)
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was altered, removed or put in.') })
  const bad = await verify(
    '--head',
    head.replace(/[0-9a-f]{4}$/, (end) => (end === '0000' ? '1111' : '0000')),
  )
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringContaining('The chain was rewritten') })
})

test('what was denied stands there, is found by its outcome, and axe has nothing against it', async ({
  page,
  browser,
}) => {
  const other = await (await browser.newContext()).newPage()
  await signInAs(other, tom)
  const { origin } = new URL(other.url())
  const denied = await other.request.post(`${paths.trpc(msp)}/clients.create`, {
    headers: { origin, 'content-type': 'application/json' },
    data: { json: { name: 'Not for Tom', timeZone: 'Europe/Berlin', siteName: 'Office' } },
  })
  expect(denied.status()).toBe(403)
  await other.context().close()

  await signInAs(page, nora)
  await page.goto(paths.audit(msp))
  await page.getByRole('combobox', { name: 'Outcome' }).click()
  await page.getByRole('option', { name: 'Denied', exact: true }).click()
  await expect(page).toHaveURL(/outcome=denied/)
  const row = page.getByRole('row').filter({ hasText: 'Tom Reed' }).first()
  await expect(row).toContainText('Denied make a client')
  await expect(row).toContainText('without the right')
  await expectNoFaults(page)
})

test('each list comes as a file under the filters of its page; who may not take the log reads why', async ({
  page,
}) => {
  await signInAs(page, nora)
  const pages = {
    [paths.devices(msp, { search: 'bw-ws-01' })]: 'bw-ws-01',
    [paths.patches(msp, { filter: 'all' })]: 'lab-',
    [paths.rollouts(msp)]: 'Brightwater',
    [paths.clients(msp)]: 'Brightwater',
    [paths.policies(msp)]: 'Brightwater',
    [paths.enrolment(msp)]: 'Client,Site,State',
    [paths.audit(msp, { action: 'client:create' })]: 'client:create',
  }
  for (const [address, words] of Object.entries(pages)) {
    await page.goto(address)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^patchward-northfold-[a-z-]+-\d{4}-\d\d-\d\d\.csv$/)
    const text = await readFile(await download.path(), 'utf8')
    expect(text.charCodeAt(0)).toBe(0xfeff)
    expect(text, address).toContain(words)
    if (address.includes('bw-ws-01')) expect(text).not.toContain('bw-ws-02')
  }
  await signInAs(page, tom)
  await page.goto(paths.audit(msp))
  await expect(page.getByRole('button', { name: 'Download CSV' })).toHaveAccessibleDescription(/audit: export/)
})
