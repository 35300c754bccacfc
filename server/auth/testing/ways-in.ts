import { generate } from 'otplib'
import { expect } from 'vitest'
import { passkeySite } from '../passkey-challenges.ts'
import { hashPassword, storePassword } from '../passwords.ts'
import { authDatabase } from '../store.ts'
import { TestPasskey } from './authenticator.ts'
import type { Browser } from './browser.ts'

export const goodPassword = 'barley field at dawn'

export const givePassword = async (userId: string, now: Date, password = goodPassword): Promise<void> =>
  storePassword(authDatabase(), userId, await hashPassword(password), now)

/** The code that an app shows at a moment. */
export const codeAt = (secret: string, now: Date): Promise<string> =>
  generate({ secret, epoch: Math.floor(now.getTime() / 1000) })

/** Sets up an authenticator app in a browser that may. Answers its seed and the recovery codes. */
export async function addApp(browser: Browser, password?: string): Promise<{ seed: string; codes: string[] | null }> {
  const { data: offer } = await browser.ask('factors.offerTotp')
  const seed = offer.text.replaceAll(' ', '')
  const code = await codeAt(seed, browser.now)
  const reply = await browser.ask('factors.confirmTotp', { sealedSeed: offer.sealedSeed, code, password })
  expect(reply.code, reply.message).toBe('ok')
  return { seed, codes: reply.data.recoveryCodes }
}

/** Makes a passkey in a browser that may. */
export async function addPasskey(browser: Browser, userId: string, name = 'Laptop') {
  const { data: options } = await browser.ask('factors.offerPasskey')
  const passkey = new TestPasskey()
  passkey.userHandle = userId
  const { origin, rpId } = passkeySite()
  const response = passkey.register({ challenge: options.challenge, origin, rpId })
  const reply = await browser.ask('factors.addPasskey', { name, response })
  expect(reply.code, reply.message).toBe('ok')
  const recoveryCodes: string[] | null = reply.data.recoveryCodes
  return { passkey, codes: recoveryCodes }
}

/** Signs in with a passkey, or proves it anew; `change` spoils the ceremony or the answer. */
export async function usePasskey(
  browser: Browser,
  passkey: TestPasskey,
  { isStepUp = false, change = {} as { origin?: string; challenge?: string; rpId?: string } } = {},
) {
  const { data: options } = await browser.ask(isStepUp ? 'stepUp.passkeyOptions' : 'signIn.passkeyOptions')
  const { origin, rpId } = passkeySite()
  passkey.counter += 1
  const response = passkey.answer({ challenge: options?.challenge ?? '', origin, rpId, ...change })
  return { response, reply: await browser.ask(isStepUp ? 'stepUp.passkey' : 'signIn.passkey', { response }) }
}
