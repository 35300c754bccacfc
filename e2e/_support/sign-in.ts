import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Browser, type Cookie, expect, type Page } from '@playwright/test'
import { paths } from '../../server/paths.ts'
import { checkout } from './stack.ts'

const run = promisify(execFile)

export interface Person {
  name: string
  email: string
  msp: string
}
/** Everybody the demo knows. Tom sees Brightwater and Kestrel, not Harbour Lane; Ines owns the other company. */
export const nora: Person = { name: 'Nora Field', email: 'owner@northfold.example', msp: 'northfold' }
export const tom: Person = { name: 'Tom Reed', email: 'tech@northfold.example', msp: 'northfold' }
export const ines: Person = { name: 'Ines Moor', email: 'owner@southmere.example', msp: 'southmere' }

/** Works at Northfold, with all its clients, and reads at Southmere. */
export const ada: Person = { name: 'Ada Quinn', email: 'ada@northfold.example', msp: 'northfold' }
/** Manages Kestrel Logistics, a client of Northfold: has no console. */
export const mia: Person = { name: 'Mia Lane', email: 'manager@kestrel.example', msp: 'northfold' }

/** A one-time link, made the way a person makes it: by the command on the machine that runs Patchward. */
export async function mintLink(person: Person): Promise<string> {
  const { stdout } = await run(process.execPath, ['tools/link/main.ts', person.email], { cwd: checkout })
  return stdout.trim().split('\n').at(-1) ?? ''
}

/** Opens a link and uses it up by its button. */
export async function openLink(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Sessions of this test process. */
const kept = new Map<string, { cookies: Cookie[]; since: number }>()
/** Younger than the ten minutes that a proof lasts. */
const keptMs = 5 * 60_000

/**
 * Signs in; afterwards the page shows the person's console, or else the portal. Journeys that only need somebody who is signed in
 * share a session; who ends theirs takes one `isApart`.
 */
export async function signInAs(page: Page, person: Person, { isConsole = true, isApart = false } = {}): Promise<void> {
  const known = isApart ? undefined : kept.get(person.email)
  const isKept = known !== undefined && Date.now() - known.since < keptMs
  if (isKept) {
    await page.context().addCookies(known.cookies)
    await page.goto(paths.home())
  } else await openLink(page, await mintLink(person))
  await expect(page).toHaveURL(new RegExp(isConsole ? `/m/${person.msp}/` : `/portal/${person.msp}/`))
  if (isConsole) {
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    // Its scripts run: before that a press on a button is lost.
    await expect(page.getByRole('status').getByText('Live', { exact: true })).toBeVisible()
  }
  if (!isApart && !isKept) kept.set(person.email, { cookies: await page.context().cookies(), since: Date.now() })
}

/** A browser of somebody's own beside the journey's; closing the page closes it. `options` as for `signInAs`. */
export async function openAs(
  browser: Browser,
  person: Person,
  options?: { isConsole?: boolean; isApart?: boolean },
): Promise<Page> {
  const page = await browser.newPage()
  await signInAs(page, person, options)
  return page
}
