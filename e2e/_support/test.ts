import { test as base } from '@playwright/test'
import { type Lab, openLab } from './lab.ts'
import { Records } from './records.ts'

/** Playwright's test with the device lab and the records of the running stack. */
export const test = base.extend<object, { lab: Lab; records: Records }>({
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
export { expect } from '@playwright/test'
