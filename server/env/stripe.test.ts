import { expect, test } from 'vitest'
import { z } from 'zod'
import { stripeOf, stripeShape } from './stripe.ts'

const read = (env: Record<string, string>) => stripeOf('web', z.object(stripeShape).parse(env))
const whole = { STRIPE_SECRET_KEY: 'sk', STRIPE_WEBHOOK_SECRETS: 'whsec_a', STRIPE_PRICE_ID: 'price' }

test('all of it or nothing', () => {
  expect(read({})).toBeNull()
  expect(read(whole)).toMatchObject({ secretKey: 'sk', webhookSecrets: ['whsec_a'], meterEventName: 'devices' })
  for (const missing of Object.keys(whole))
    expect(() => read({ ...Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing)) })).toThrow(
      'web cannot start: STRIPE_SECRET_KEY',
    )
})

test('two secrets while one is rotated, and no third', () => {
  expect(read({ ...whole, STRIPE_WEBHOOK_SECRETS: 'whsec_a, whsec_b' })?.webhookSecrets).toEqual(['whsec_a', 'whsec_b'])
  for (const wrong of [',', 'a,b,c'])
    expect(() => read({ ...whole, STRIPE_WEBHOOK_SECRETS: wrong })).toThrow('one or two')
})

test('the secret key goes to Stripe, or to an address of this machine', () => {
  expect(read({ ...whole, STRIPE_API_BASE: 'http://127.0.0.1:12111' })?.apiBase).toBe('http://127.0.0.1:12111')
  for (const elsewhere of ['http://stripe.example', 'https://127.0.0.1.evil.example', 'http://10.0.0.1'])
    expect(() => read({ ...whole, STRIPE_API_BASE: elsewhere })).toThrow('an http:// address of this machine')
})
