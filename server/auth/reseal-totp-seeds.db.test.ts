import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKeyRing, setKeyRing } from '../secrets/key-ring.ts'
import { openSecret } from '../secrets/open-secret.ts'
import { sealSecret } from '../secrets/seal-secret.ts'
import { resealTotpSeeds } from './reseal-totp-seeds.ts'
import { authDatabase } from './store.ts'
import { codeAt } from './testing/ways-in.ts'
import { openTenancy, testNow } from './testing.ts'
import { offerMs, offerTotp, proveTotpOffer } from './totp.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
beforeAll(async () => {
  tenancy = await openTenancy()
})
afterAll(() => tenancy.close())

test('a rotation: every seed opens with the new key alone, and a second run has nothing to do', async () => {
  const [old, next] = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`)
  const { owner } = tenancy.database
  const company = await tenancy.makeCompany()
  const people = await Promise.all(Array.from({ length: 3 }, () => company.makeMember('technician')))
  setKeyRing(parseKeyRing(`${old}`))
  for (const { userId } of people)
    await owner`insert into auth.totp_factors (user_id, sealed_seed, created_at)
      values (${userId}, ${sealSecret('totp-seed', userId, `seed of ${userId}`)}, ${testNow})`
  setKeyRing(parseKeyRing(`${next}`))
  await expect(resealTotpSeeds()).rejects.toThrow('key old, which is not in SECRET_KEYS')
  setKeyRing(parseKeyRing(`${next},${old}`))
  expect(await resealTotpSeeds()).toBe(3)
  expect(await resealTotpSeeds()).toBe(0)
  setKeyRing(parseKeyRing(`${next}`))
  const rows = await owner`select user_id, sealed_seed from auth.totp_factors`
  for (const { user_id, sealed_seed } of rows)
    expect(openSecret('totp-seed', user_id, sealed_seed)).toBe(`seed of ${user_id}`)
})

describe('an offer', () => {
  const ring = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`)
  const [old = '', next = ''] = ring
  async function offered() {
    const company = await tenancy.makeCompany()
    const { userId, email } = await company.makeMember('technician')
    setKeyRing(parseKeyRing(old))
    const offer = offerTotp({ userId, email }, testNow)
    const seed = offer.text.replaceAll(' ', '')
    const confirm = async (at: Date, sealedSeed = offer.sealedSeed) =>
      authDatabase().transaction(async (tx) => {
        const keep = await proveTotpOffer(userId, { sealedSeed, code: await codeAt(seed, at) }, at)
        await keep(tx)
      })
    const stored = async () => {
      const [row] = await tenancy.database.owner`select sealed_seed from auth.totp_factors where user_id = ${userId}`
      return String(row?.sealed_seed)
    }
    return { userId, seed, offer, confirm, stored }
  }

  test('made before a rotation and confirmed after it is stored under the new key', async () => {
    const { userId, seed, confirm, stored } = await offered()
    setKeyRing(parseKeyRing(`${next},${old}`))
    await resealTotpSeeds()
    await confirm(testNow)
    setKeyRing(parseKeyRing(next))
    expect(openSecret('totp-seed', userId, await stored())).toBe(seed)
  })

  test('holds for a while only, and no stored seed passes for one', async () => {
    const { confirm, stored } = await offered()
    const refused = { code: 'invalid', message: 'This code to scan is not valid any more. Begin again.' }
    await expect(confirm(new Date(testNow.getTime() + offerMs + 1))).rejects.toMatchObject(refused)
    await confirm(new Date(testNow.getTime() + offerMs))
    await expect(confirm(testNow, await stored())).rejects.toMatchObject(refused)
  })

  test('is not refused as the person’s fault where this process has no keys', async () => {
    const { confirm } = await offered()
    const shared = globalThis as { patchwardKeyRing?: unknown }
    const ring = shared.patchwardKeyRing
    shared.patchwardKeyRing = undefined
    await expect(confirm(testNow)).rejects.toThrow('this process has no keys for secrets')
    shared.patchwardKeyRing = ring
  })
})
