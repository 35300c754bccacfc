// Run by hand on a running stack: `node e2e/_support/take-pictures.ts [folder]`, with the environment of the journeys.
// Saves docs/rollout.png for the README, and each page light and dark, wide and narrow, into the folder.
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { paths } from '../../server/paths.ts'
import { places } from './places.ts'
import { nora, signInAs } from './sign-in.ts'
import { checkout } from './stack.ts'

const folder = resolve(process.argv[2] ?? join(tmpdir(), 'patchward-pictures'))
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } }
const { PLAYWRIGHT_CHROMIUM, E2E_BASE_URL } = process.env
const isRoot = process.getuid?.() === 0

const browser = await chromium.launch({
  executablePath: PLAYWRIGHT_CHROMIUM || undefined,
  args: isRoot ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage({
    baseURL: E2E_BASE_URL,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: sizes.wide,
    deviceScaleFactor: 2,
  })
  await signInAs(page, nora)
  const rollout = await pathBehind(page, paths.rollouts(nora.msp), 'Rollouts, newest first')
  await page.goto(rollout)
  await settle(page)
  await mkdir(join(checkout, 'docs'), { recursive: true })
  await page.screenshot({ path: join(checkout, 'docs', 'rollout.png') })

  const device = await pathBehind(page, paths.devices(nora.msp), 'Devices by host name')
  const patch = await pathBehind(page, paths.patches(nora.msp, { filter: 'past' }), /^Patches/)
  const addresses = {
    ...Object.fromEntries(Object.entries(places).map(([name, path]) => [name, path(nora.msp)])),
    ...{ Rollout: rollout, Device: device, Patch: patch },
  }
  await mkdir(folder, { recursive: true })
  for (const [name, address] of Object.entries(addresses))
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      await page.goto(address)
      await settle(page)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const file = `${name.toLowerCase().replaceAll(' ', '-')}-${size}-${colorScheme}.png`
        await page.screenshot({ path: join(folder, file), fullPage: true })
      }
    }
} finally {
  await browser.close()
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('status').filter({ hasText: 'Live' }).first().waitFor({ state: 'attached' })
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

/** Where the first row of a list leads. */
async function pathBehind(page: Page, list: string, caption: string | RegExp): Promise<string> {
  await page.goto(list)
  const href = await page.getByRole('table', { name: caption }).getByRole('link').first().getAttribute('href')
  if (!href) throw new Error(`${list} is empty: nothing to take a picture of`)
  return href
}
