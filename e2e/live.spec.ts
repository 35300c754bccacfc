import { randomUUID } from 'node:crypto'
import { paths } from '../server/paths.ts'
import { nora, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

test('what changed between the reading of a page and the opening of its stream is shown without another change', async ({
  browser,
  page,
}) => {
  const groups = paths.clientGroups(nora.msp)
  const name = `Late ${randomUUID().slice(0, 8)}`
  await signInAs(page, nora)
  // A stream that is slow to open: it gets through when the test says so.
  let letThrough = () => {}
  const isFree = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  await page.route('**/events?*', async (route) => {
    await isFree
    await route.continue()
  })
  const opened = page.waitForRequest('**/events?*')
  await page.goto(groups)
  await opened

  const elsewhere = await browser.newPage()
  await signInAs(elsewhere, nora)
  await elsewhere.goto(groups)
  await elsewhere.getByRole('button', { name: 'Make a group…' }).click()
  await elsewhere.getByRole('dialog').getByLabel('Name').fill(name)
  await elsewhere.getByRole('checkbox').first().click()
  await elsewhere.getByRole('button', { name: 'Make group' }).click()
  const remove = { name: `Delete ${name}` }
  await expect(elsewhere.getByRole('button', remove)).toBeVisible()
  // The worker's announcement of it came by here: nobody will say it again.
  await expect(elsewhere.getByText('Live', { exact: true }).first()).toBeVisible()
  await elsewhere.waitForTimeout(3_000)
  await expect(page.getByRole('button', remove)).toBeHidden()

  letThrough()
  await expect(page.getByRole('button', remove)).toBeVisible()
  await elsewhere.getByRole('button', remove).click()
  await elsewhere.close()
})
