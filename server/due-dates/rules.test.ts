import { describe, expect, test } from 'vitest'
import { cyberEssentials } from './packs/cyber-essentials.ts'
import { essentialEight1, essentialEight2, essentialEight3 } from './packs/essential-eight.ts'
import type { RulePack } from './packs/form.ts'
import { ownPack } from './packs/own.ts'
import { pciDss } from './packs/pci-dss.ts'
import { currentPacks, type DueInputs, dueDate, packKey, packsInForce, tellRule } from './rules.ts'

const london = 'Europe/London'
const at = (text: string) => new Date(text)
const patch = (changes: Partial<DueInputs> = {}): DueInputs => ({
  classification: 'security',
  severity: 'critical',
  releasedAt: at('2026-11-03T09:00Z'),
  firstSeenAt: at('2026-11-05T17:30Z'),
  ...changes,
})
const day = 24 * 3_600_000
/** How long after the start of the clock it is due, in days; null = no rule asks. In winter, when a day has 24 hours. */
const daysOf = (pack: RulePack, changes: Partial<DueInputs>) => {
  const due = dueDate(patch(changes), [pack], london)
  return due && (due.dueAt.getTime() - at('2026-11-03T09:00Z').getTime()) / day
}

describe('what each pack asks', () => {
  // classification, severity: Cyber Essentials, Essential Eight ML1, ML2, ML3, PCI DSS, the policy with 30 days.
  test.each([
    ['security', 'critical', 14, 2, 2, 2, 30, 30],
    ['security', 'important', 14, 14, 14, 14, null, 30],
    ['security', 'moderate', null, 14, 14, 14, null, 30],
    ['security', 'low', null, 14, 14, 14, null, 30],
    ['security', 'unknown', 14, 14, 14, 14, null, 30],
    ['critical', 'unknown', 14, 14, 14, 14, null, 30],
    ['bug fix', 'unknown', null, null, null, null, null, null],
    ['bug fix', 'critical', 14, null, null, null, 30, null],
    ['driver', 'critical', 14, null, null, 2, 30, null],
    ['driver', 'unknown', null, null, null, 30, null, null],
    ['feature', 'low', null, null, null, null, null, null],
    ['definition', 'unknown', null, null, null, null, null, null],
  ])('%s, %s', (classification, severity, ...expected) => {
    const asked = [cyberEssentials, essentialEight1, essentialEight2, essentialEight3, pciDss, ownPack(30)]
    expect(asked.map((pack) => daysOf(pack, { classification, severity }))).toEqual(expected)
  })

  test('every pack says where it comes from, where its clock starts, and what each rule asks', () => {
    for (const pack of currentPacks) {
      for (const text of [pack.title, pack.clockStart, pack.source.document, pack.source.section, pack.source.date])
        expect(text).not.toBe('')
      expect(pack.rules.every((rule) => rule.sentence.endsWith('.'))).toBe(true)
    }
    expect(new Set(currentPacks.map(packKey)).size).toBe(currentPacks.length)
  })
})

describe('the calendar of the zone', () => {
  const due = (pack: RulePack, releasedAt: string, zone: string) =>
    dueDate(patch({ releasedAt: at(releasedAt) }), [pack], zone)?.dueAt.toISOString()
  test.each([
    // 29 March 2026, 01:00 UTC: London goes an hour ahead. Same time by the wall clock, 13 days and 23 hours.
    ['days over the start of summer time', cyberEssentials, '2026-03-20T09:30Z', london, '2026-04-03T08:30:00.000Z'],
    // 25 October 2026, 01:00 UTC: an hour back. 14 days and an hour.
    ['days over the end of summer time', cyberEssentials, '2026-10-15T08:30Z', london, '2026-10-29T09:30:00.000Z'],
    ['hours are exact over it', essentialEight1, '2026-03-28T00:30Z', london, '2026-03-30T00:30:00.000Z'],
    // 01:30 does not exist on 29 March: it is 02:30 by the new clock.
    ['a time that the change skips', cyberEssentials, '2026-03-15T01:30Z', london, '2026-03-29T01:30:00.000Z'],
    // 01:30 comes twice on 25 October: the first.
    ['a time that comes twice', cyberEssentials, '2026-10-11T00:30Z', london, '2026-10-25T00:30:00.000Z'],
    [
      'the same release, where it is another day',
      pciDss,
      '2026-01-30T20:00Z',
      'Pacific/Auckland',
      '2026-02-27T20:00:00.000Z',
    ],
    ['a month that has no 31st', pciDss, '2026-08-31T12:00Z', 'UTC', '2026-09-30T12:00:00.000Z'],
    ['a month into February', pciDss, '2026-01-31T12:00Z', 'UTC', '2026-02-28T12:00:00.000Z'],
    ['a month into February of a leap year', pciDss, '2028-01-31T12:00Z', 'UTC', '2028-02-29T12:00:00.000Z'],
    ['a month from the leap day', pciDss, '2028-02-29T12:00Z', 'UTC', '2028-03-29T12:00:00.000Z'],
    ['days over the leap day', cyberEssentials, '2028-02-20T12:00Z', 'UTC', '2028-03-05T12:00:00.000Z'],
    ['days over the end of a year', cyberEssentials, '2026-12-24T12:00Z', 'UTC', '2027-01-07T12:00:00.000Z'],
  ])('%s', (_, pack, releasedAt, zone, expected) => {
    expect(due(pack, releasedAt, zone)).toBe(expected)
  })
})

describe('where the clock starts', () => {
  test('at the release, though it was seen here days later', () => {
    expect(dueDate(patch(), [cyberEssentials], 'UTC')).toEqual({
      dueAt: at('2026-11-17T09:00Z'),
      packId: 'cyber-essentials',
      packVersion: '3.3',
      ruleIndex: 0,
      clock: 'released',
      sentence: 'Cyber Essentials asks 14 days from release',
    })
  })
  test('at the release, also where it was seen before', () => {
    const due = dueDate(patch({ firstSeenAt: at('2026-10-20T09:00Z') }), [cyberEssentials], 'UTC')
    expect(due).toMatchObject({ dueAt: at('2026-11-17T09:00Z'), clock: 'released' })
  })
  test('at first sight, where nobody told a release', () => {
    const due = dueDate(patch({ releasedAt: null }), [essentialEight1], 'UTC')
    expect(due).toMatchObject({
      dueAt: at('2026-11-07T17:30Z'),
      clock: 'first-seen',
      sentence: 'Essential Eight ML1 asks 48 hours from first sight here',
    })
  })
  test('a severity that is raised later moves no clock: the date may be over when it is known', () => {
    const before = dueDate(patch({ severity: 'moderate' }), [essentialEight3], 'UTC')
    const after = dueDate(patch({ severity: 'critical' }), [essentialEight3], 'UTC')
    expect([before?.dueAt, after?.dueAt]).toEqual([at('2026-11-17T09:00Z'), at('2026-11-05T09:00Z')])
    // One that had no date gets one, counted from the release too.
    expect(dueDate(patch({ severity: 'low' }), [cyberEssentials], 'UTC')).toBeNull()
    expect(dueDate(patch({ severity: 'important' }), [cyberEssentials], 'UTC')?.dueAt).toEqual(at('2026-11-17T09:00Z'))
  })
})

describe('several packs', () => {
  const both = (...keys: string[]) => packsInForce(keys, 10)
  test('the earliest wins, whichever comes first', () => {
    const all = ['pci-dss@4.0.1', 'cyber-essentials@3.3', 'essential-eight-ml1@2023-11']
    for (const keys of [all, all.toReversed()])
      expect(dueDate(patch(), both(...keys), 'UTC')).toMatchObject({ packId: 'essential-eight-ml1', ruleIndex: 0 })
    expect(dueDate(patch({ severity: 'important' }), both(...all), 'UTC')?.packId).toBe('own')
  })
  test('of equal dates the chosen pack is told, before the policy', () => {
    const keys = ['cyber-essentials@3.3', 'essential-eight-ml2@2023-11']
    const due = dueDate(patch({ severity: 'unknown' }), packsInForce(keys, 14), 'UTC')
    expect(due).toMatchObject({ packId: 'cyber-essentials', ruleIndex: 1 })
  })
  test('the policy alone, in its words', () => {
    expect(dueDate(patch(), both(), 'UTC')).toMatchObject({
      packId: 'own',
      dueAt: at('2026-11-13T09:00Z'),
      sentence: 'The policy asks 10 days from release',
    })
    expect(dueDate(patch(), packsInForce([], 1), 'UTC')?.sentence).toBe('The policy asks one day from release')
  })
  test('no rule, no date', () => {
    expect(dueDate(patch({ classification: 'feature', severity: 'unknown' }), both('pci-dss@4.0.1'), 'UTC')).toBeNull()
  })
})

describe('what rows name', () => {
  test('a version that is not there reads as the newest, a pack that is not there as none', () => {
    expect(packsInForce(['cyber-essentials@2.9', 'gone@1'], 14).map(packKey)).toEqual(['cyber-essentials@3.3', 'own@1'])
  })
  test('a stored date tells its rule again', () => {
    for (const inputs of [patch(), patch({ releasedAt: null }), patch({ severity: 'unknown' })]) {
      const due = dueDate(inputs, packsInForce(['cyber-essentials@3.3', 'pci-dss@4.0.1'], 21), london)
      expect(due && tellRule(due, 21)).toBe(due?.sentence)
    }
    const gone = { packId: 'gone', packVersion: '1', ruleIndex: 0, clock: 'released' } as const
    expect(tellRule(gone, 14)).toBe('gone 1 asks this')
  })
})
