import { expect, type Locator, type Page } from '@playwright/test'

/** The row of a table that begins with `key`, e.g. a host name or "lab-lib 2.0". */
export function rowOf(page: Page, caption: string | RegExp, key: string): Locator {
  const table = page.getByRole('table', { name: caption })
  return table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: key }) })
}

/** Waits until the table shows exactly one such row, with these texts in it. */
export async function expectRow(page: Page, caption: string | RegExp, key: string, texts: string[]): Promise<void> {
  const row = rowOf(page, caption, key)
  await expect(row).toHaveCount(1)
  for (const text of texts) await expect(row).toContainText(text)
}

/** Goes where the sidebar leads. */
export async function goTo(page: Page, place: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${place}`) })
  await link.click()
  await expect(link).toHaveAttribute('aria-current', 'page')
}
