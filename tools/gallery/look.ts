import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, chromium } from '@playwright/test'

/*
 * Looks at dist/gallery.html in light and dark, wide and narrow: pictures into test-results/gallery, and a sentence
 * for each thing that is wrong (axe finds it serious, the page scrolls sideways, the console complains).
 */

const root = join(import.meta.dirname, '../..')
const pictures = join(root, 'test-results/gallery')
const widths = [1440, 390, 320]
const schemes = ['light', 'dark'] as const

/** What is wrong with the gallery, one sentence each; empty when nothing is. Throws when the gallery was not written. */
export async function findFaults(browser: Browser): Promise<string[]> {
  const faults: string[] = []
  for (const width of widths) {
    for (const colorScheme of schemes) {
      const where = `${width} ${colorScheme}`
      const context = await browser.newContext({
        viewport: { width, height: 1000 },
        colorScheme,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(`${where}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`${where}: ${message.text()}`)
      })
      await page.goto(pathToFileURL(join(root, 'dist/gallery.html')).href)
      await page.waitForSelector('html[data-ready]', { state: 'attached' })
      await page.screenshot({ path: join(pictures, `${width}-${colorScheme}.png`), fullPage: true })
      const pageWidth = await page.evaluate(() => document.documentElement.scrollWidth)
      if (pageWidth > width) faults.push(`${where}: the page is ${pageWidth} wide and scrolls sideways`)
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const { impact, id, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical')
          faults.push(`${where}: ${id} (${impact}) at ${nodes[0]?.html ?? ''}`)
      }
      await context.close()
    }
  }
  return faults
}

if (import.meta.main) {
  await mkdir(pictures, { recursive: true })
  const isRoot = process.getuid?.() === 0
  const browser = await chromium.launch({
    executablePath: process.env.PLAYWRIGHT_CHROMIUM,
    args: isRoot ? ['--no-sandbox'] : [],
  })
  const faults = await findFaults(browser)
  await browser.close()
  for (const fault of faults) console.log(fault)
  console.log(faults.length === 0 ? `Nothing wrong. Pictures in ${pictures}` : `${faults.length} wrong`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
