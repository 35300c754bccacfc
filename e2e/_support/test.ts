import { test as base, expect } from '@playwright/test'
import { type Lab, openLab } from './lab.ts'
import { Records } from './records.ts'

/**
 * Playwright's test with the device lab and the records of the running stack. Its page has arrived when all that the server streams has its
 * place: until then a text may stand there twice, once in a hidden part that is about to be moved.
 */
export const test = base.extend<object, { lab: Lab; records: Records }>({
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page)
    page.goto = async (...to) => {
      const response = await goto(...to)
      await expect(page.locator('body > div[hidden][id^="S:"]')).toHaveCount(0)
      return response
    }
    await use(page)
  },
  lab: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are wanted from this pattern
    async ({}, use) => use(await openLab()),
    { scope: 'worker' },
  ],
  records: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const records = new Records()
      await use(records)
      await records.close()
    },
    { scope: 'worker' },
  ],
})
export { expect }
