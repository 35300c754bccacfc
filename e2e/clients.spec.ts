import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { strFromU8, unzipSync } from 'fflate'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { nora, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const msp = nora.msp
/** Of its own: the other journeys count on theirs. */
const name = `Copper Mill ${randomUUID().slice(0, 8)}`
const toast = (page: Page, words: string | RegExp) => expect(page.getByText(words).first()).toBeVisible()
const choose = async (page: Page, entry: string) => {
  await page.getByRole('button', { name: `More for ${name}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

test('a client comes, is exported, goes into the archive, is to be erased, and comes back', async ({ page }) => {
  await signInAs(page, nora)

  await test.step('it is added, and gets a second site and a group', async () => {
    await page.goto(paths.clients(msp))
    await page.getByRole('button', { name: 'Add a client…' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill(name)
    await page.getByRole('button', { name: 'Add client' }).click()
    await expect(page).toHaveURL(/\/devices\/enrolment/)
    await page.goto(paths.clients(msp))
    await page.getByRole('link', { name }).first().click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await page.getByRole('button', { name: 'Add a site' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Dock 4')
    await page.getByRole('button', { name: 'Add site' }).click()
    await expect(page.getByRole('rowheader', { name: 'Dock 4' })).toBeVisible()
    await page.getByRole('button', { name: 'Remove Dock 4' }).click()
    await expect(page.getByRole('rowheader', { name: 'Dock 4' })).toBeHidden()
    await expectNoFaults(page)
    const address = page.url()
    await page.goto(paths.clientGroups(msp))
    await page.getByRole('button', { name: 'Make a group…' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill(`Mills of ${name}`)
    await page.getByRole('checkbox', { name }).click()
    await page.getByRole('button', { name: 'Make group' }).click()
    await expect(page.getByRole('button', { name: `Delete Mills of ${name}` })).toBeVisible()
    await expectNoFaults(page)
    await page.goto(address)
    await expect(page.getByText(`Mills of ${name}`)).toBeVisible()
  })

  await test.step('all of it is taken as a zip', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    const files = unzipSync(await readFile(await (await download).path()))
    expect(strFromU8(files['json/clients.json'] ?? new Uint8Array())).toContain(name)
    expect(strFromU8(files['README.txt'] ?? new Uint8Array())).toContain(`All that Patchward keeps of ${name}`)
  })

  await test.step('archived, it is in no list but one', async () => {
    await choose(page, 'Archive…')
    await page.getByRole('button', { name: /^Archive with/ }).click()
    await toast(page, `${name} is archived`)
    await page.goto(paths.clients(msp))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByText(name)).toHaveCount(0)
    await page.goto(paths.archivedClients(msp))
    await page.getByRole('link', { name }).first().click()
    await expect(page.getByRole('button', { name: 'Restore' })).toBeVisible()
  })

  await test.step('its erasure waits seven days and can be cancelled', async () => {
    await choose(page, 'Erase…')
    await page.getByRole('button', { name: 'Erase in seven days' }).click()
    await expect(page.getByText('Write at least 3 letters.')).toBeVisible()
    await page.getByLabel('Reason').fill('The contract ended')
    await page.getByLabel(/^Type the name/).fill(name)
    await page.getByRole('button', { name: 'Erase in seven days' }).click()
    await expect(page.getByText(/^Will be erased/)).toBeVisible()
    await expect(page.getByText('Its erasure is waiting: cancel that first.')).toBeVisible()
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Cancel the erasure' }).click()
    await expect(page.getByText(/^Will be erased/)).toBeHidden()
  })

  await test.step('and it is back', async () => {
    await page.getByRole('button', { name: 'Restore' }).click()
    await toast(page, `${name} is back`)
    await page.goto(paths.clients(msp))
    await expect(page.getByRole('link', { name }).first()).toBeVisible()
  })

  await test.step('put away again, so that the others count without it', async () => {
    await page.getByRole('link', { name }).first().click()
    await choose(page, 'Archive…')
    await page.getByRole('button', { name: /^Archive with/ }).click()
    await toast(page, `${name} is archived`)
    await page.goto(paths.clientGroups(msp))
    await page.getByRole('button', { name: `Delete Mills of ${name}` }).click()
    await expect(page.getByText(`Mills of ${name}`)).toHaveCount(0)
  })
})
