import { describe, expect, test } from 'vitest'
import { buildAxis, placeOnAxis, spanPlaces } from './lane-scale.ts'

const zone = 'Europe/London'
const at = (iso: string) => new Date(iso).getTime()

describe('an axis of days', () => {
  const axis = buildAxis({
    startMs: at('2024-09-12T21:00:00Z'),
    endMs: at('2024-09-24T12:00:00Z'),
    nowMs: at('2024-09-17T08:12:00Z'),
    zone,
  })

  test('begins at local midnight and names each day, weekends without number', () => {
    expect(axis.startMs).toBe(at('2024-09-11T23:00:00Z'))
    expect(axis.spans.map((span) => span.label).slice(0, 5)).toEqual(['Thu 12', 'Fri 13', 'Sat', 'Sun', 'Mon 16'])
    expect(axis.spans).toHaveLength(13)
    expect(axis.spans.filter((span) => span.isNow).map((span) => span.label)).toEqual(['Tue 17'])
  })

  test('a weekend day is 42 % as wide as a working day', () => {
    const places = spanPlaces(axis)
    const friday = places[1]?.width ?? 0
    const saturday = places[2]?.width ?? 0
    expect(saturday / friday).toBeCloseTo(0.42, 6)
    expect(places.reduce((sum, place) => sum + place.width, 0)).toBeCloseTo(100, 6)
  })

  test('moments stand in order and the ends are clamped', () => {
    const noon = placeOnAxis(axis, at('2024-09-12T11:00:00Z'))
    expect(noon).toBeCloseTo((spanPlaces(axis)[0]?.width ?? 0) / 2, 6)
    expect(placeOnAxis(axis, 0)).toBe(0)
    expect(placeOnAxis(axis, at('2030-01-01T00:00:00Z'))).toBe(100)
  })
})

describe('a short axis', () => {
  test('ten minutes are drawn in minutes on the local clock', () => {
    const axis = buildAxis({ startMs: at('2024-09-17T08:03:20Z'), endMs: at('2024-09-17T08:13:00Z'), nowMs: 0, zone })
    expect(axis.spans[0]?.label).toBe('09:03')
    expect(axis.spans).toHaveLength(10)
  })

  test('thirty hours are drawn in hours, aligned to midnight of the zone', () => {
    const axis = buildAxis({
      startMs: at('2024-09-17T08:30:00Z'),
      endMs: at('2024-09-18T14:00:00Z'),
      nowMs: 0,
      zone: 'Asia/Kolkata',
    })
    expect(axis.spans.length).toBeLessThanOrEqual(14)
    expect(axis.spans[0]?.label).toBe('12:00')
  })

  test('an empty plan still has an axis', () => {
    const axis = buildAxis({ startMs: 0, endMs: 0, nowMs: 0, zone })
    expect(axis.spans.length).toBeGreaterThan(0)
  })

  test('a long plan leaves labels out', () => {
    const axis = buildAxis({ startMs: 0, endMs: 60 * 86_400_000, nowMs: 0, zone })
    expect(axis.spans.filter((span) => span.label !== '').length).toBeLessThanOrEqual(14)
  })
})
