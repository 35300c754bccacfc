import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseKeyRing, setKeyRing } from '../secrets/key-ring.ts'
import { openSecret } from '../secrets/open-secret.ts'
import { sealSecret } from '../secrets/seal-secret.ts'
import { resealTotpSeeds } from './reseal-totp-seeds.ts'
import { openTenancy, testNow } from './testing.ts'

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
