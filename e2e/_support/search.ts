import { expect, type Locator, type Page } from '@playwright/test'

/** The field of the search that opens from anywhere. */
export const searchField = (page: Page): Locator =>
  page.getByRole('combobox', { name: 'Find a device, patch or client' })

/** Opens the search by a key. The page hears keys only once its scripts have run, which nothing on it shows: a person presses again. */
export async function openSearch(page: Page, key = '/'): Promise<void> {
  await expect(async () => {
    if (!(await searchField(page).isVisible())) await page.keyboard.press(key)
    await expect(searchField(page)).toBeFocused({ timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
}
