import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, type Page } from '@playwright/test'
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

/** Signs in with a new link; afterwards the page shows the person's console, or else the portal. */
export async function signInAs(page: Page, person: Person, { isConsole = true } = {}): Promise<void> {
  await openLink(page, await mintLink(person))
  if (!isConsole) return expect(page).toHaveURL(new RegExp(`/portal/${person.msp}/`))
  await expect(page).toHaveURL(new RegExp(`/m/${person.msp}/`))
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}
