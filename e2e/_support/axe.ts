import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from './test.ts'

/** Dark differs from light in its colours alone. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** What axe holds serious or critical on the page as it stands, each with its places. */
async function findFaults(page: Page, rules: string[] = []): Promise<string[]> {
  // No page has a frame: axe runs in the page itself, and tells only what is wrong.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (rules.length > 0) axe.withRules(rules)
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)
}

/**
 * Axe finds nothing serious, light and dark. Whatever one page shows, the journey goes on to look at the others. A page that was reached by a
 * link gets its title in a moment after its content: that moment is waited for, and a page that never has one is a fault all the same.
 */
export async function expectNoFaults(page: Page, name = page.url()): Promise<void> {
  await expect.soft(page, name).toHaveTitle(/./)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const faults = await findFaults(page, colorScheme === 'dark' ? ofColours : [])
    expect.soft(faults, `${name}, ${colorScheme}`).toEqual([])
  }
}
