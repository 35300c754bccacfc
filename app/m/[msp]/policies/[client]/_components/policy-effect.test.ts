import { expect, test } from 'vitest'
import { standardPolicy } from '@/server/policies/rules'
import type { Policy } from '@/server/policies/schema'
import { describeEffect, forecastPatch } from './policy-effect'

// A Tuesday; London is an hour ahead of UTC.
const released = new Date('2024-10-08T08:00:00Z')
const zone = 'Europe/London'
const forecast = (policy: Policy) => forecastPatch(policy, released, zone)
const opens = (policy: Policy) => forecast(policy).rings.map((ring) => ring.opensAt.toISOString())
const withLast = (change: Partial<Policy['rings'][number]>): Policy => ({
  ...standardPolicy,
  rings: standardPolicy.rings.map((ring, index, all) => (index === all.length - 1 ? { ...ring, ...change } : ring)),
})

test('the standard: approved after a day, test the next night, each ring after the gate before it', () => {
  expect(forecast(standardPolicy)).toMatchObject({
    approvedAt: new Date('2024-10-09T08:00:00Z'),
    dueAt: new Date('2024-10-22T08:00:00Z'),
    isLate: false,
  })
  expect(opens(standardPolicy)).toEqual([
    // Wed 22:00; 20 working hours end Fri 18:00, when Early's week is over.
    '2024-10-09T21:00:00.000Z',
    '2024-10-14T21:00:00.000Z',
    '2024-10-17T01:00:00.000Z',
  ])
})

test('a later window of the last ring makes it later, and past due where it is too late', () => {
  const saturday = withLast({
    window: { kind: 'weekly', days: ['SA'], start: '20:00', durationMs: 6 * 3_600_000, zone: 'device' },
  })
  expect(describeEffect(forecast(standardPolicy), forecast(saturday), true)).toEqual({
    title: 'Production opens about 3 days later.',
    isLaterPastDue: false,
  })
  const deferred = withLast({ deferralMs: 15 * 24 * 3_600_000 })
  expect(forecast(deferred).isLate).toBe(true)
  expect(describeEffect(forecast(standardPolicy), forecast(deferred), true).isLaterPastDue).toBe(true)
  expect(describeEffect(forecast(saturday), forecast(standardPolicy), true).title).toBe(
    'Production opens about 3 days earlier.',
  )
})

test('without a rule a person approves; the sentence says so before it counts days', () => {
  const byHand = { ...standardPolicy, approvalRules: [] }
  expect(forecast(byHand).approvedAt).toBeNull()
  expect(describeEffect(forecast(standardPolicy), forecast(byHand), true).title).toContain('wait for a person')
  expect(describeEffect(forecast(byHand), forecast(standardPolicy), true).title).toContain('no longer wait')
})

test('a rule that is switched off approves nothing', () => {
  const approvalRules = standardPolicy.approvalRules.map((rule) => ({ ...rule, isOn: false }))
  expect(forecast({ ...standardPolicy, approvalRules }).approvedAt).toBeNull()
})

test('what does not move a patch says so; nothing changed says nothing', () => {
  const breaker = { ...standardPolicy, breaker: { devices: 9 } }
  expect(describeEffect(forecast(standardPolicy), forecast(breaker), true).title).toBe(
    'Production opens at the same time as before.',
  )
  expect(describeEffect(forecast(standardPolicy), forecast(standardPolicy), false).title).toBe(
    'Nothing is changed yet.',
  )
})

test('a weekly start waits for its day, a window that is always open for nothing', () => {
  const weekly: Policy = {
    ...standardPolicy,
    workingHours: null,
    startRule: { kind: 'weekly', day: 'MO', at: '09:00' },
    rings: standardPolicy.rings.map((ring) => ({
      ...ring,
      deferralMs: 0,
      soakMs: 3_600_000,
      window: { kind: 'always' },
    })),
  }
  expect(opens(weekly)).toEqual(['2024-10-14T08:00:00.000Z', '2024-10-14T09:00:00.000Z', '2024-10-14T10:00:00.000Z'])
})
