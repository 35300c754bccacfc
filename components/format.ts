/*
 * Every date, number, duration and plural that people read. Pure: the present and the zone are inputs.
 * Times are milliseconds since 1970 or a Date; zones are IANA names.
 */

/** A moment: milliseconds since 1970, or a Date. */
export type Moment = number | Date

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const narrowSpace = '\u202f'

type Parts = { weekday: string; day: number; month: string; year: number; hour: string; minute: string; second: string }

const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  return format
}

function partsOf(at: Moment, zone: string): Parts {
  const found: Record<string, string> = {}
  for (const part of formatIn(zone).formatToParts(at)) found[part.type] = part.value
  return {
    weekday: found.weekday ?? '',
    day: Number(found.day),
    month: found.month ?? '',
    year: Number(found.year),
    hour: found.hour ?? '',
    minute: found.minute ?? '',
    second: found.second ?? '',
  }
}

const months = 'January February March April May June July August September October November December'.split(' ')

/** The number of the local day, so that two moments can be compared by calendar: tomorrow is one more than today. */
export function localDayNumber(at: Moment, zone: string): number {
  const { day, month, year } = partsOf(at, zone)
  return Date.UTC(year, months.indexOf(month), day) / dayMs
}

/** The first moment of the local day that holds `at`, in milliseconds; `daysOn` moves by whole local days. */
export function startOfLocalDay(at: Moment, zone: string, daysOn = 0): number {
  const wallMs = (localDayNumber(at, zone) + daysOn) * dayMs
  // The offset may change between the guess and midnight (clock change), so it is read twice.
  const guessMs = wallMs - zoneOffset(wallMs, zone)
  return wallMs - zoneOffset(guessMs, zone)
}

/** How far the zone's clock is ahead of UTC at a moment, in milliseconds. */
export function zoneOffset(at: Moment, zone: string): number {
  const { day, month, year, hour, minute, second } = partsOf(at, zone)
  const wallMs = Date.UTC(year, months.indexOf(month), day, Number(hour), Number(minute), Number(second))
  return wallMs - Math.floor(Number(at) / 1000) * 1000
}

/** "14:00" in the given zone. */
export function formatTime(at: Moment, zone: string): string {
  const { hour, minute } = partsOf(at, zone)
  return `${hour}:${minute}`
}

/** "14:00:07", for records where the second counts. */
export function formatTimeWithSeconds(at: Moment, zone: string): string {
  const { hour, minute, second } = partsOf(at, zone)
  return `${hour}:${minute}:${second}`
}

/** A calendar month such as "2026-10" as "October 2026"; "October" (`long`) and "Oct" (`short`) without the year. */
export function formatMonth(month: string, form: 'full' | 'long' | 'short' = 'full'): string {
  const name = months[Number(month.slice(5)) - 1] ?? month
  if (form === 'full') return `${name} ${month.slice(0, 4)}`
  return form === 'long' ? name : name.slice(0, 3)
}

/** "Wed 18 Sep"; the year only when it is not this one. */
export function formatDate(at: Moment, zone: string, now: Moment): string {
  const { weekday, day, month, year } = partsOf(at, zone)
  const words = `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}`
  return year === partsOf(now, zone).year ? words : `${words} ${year}`
}

/** "Tuesday 17 September", for the head of a day. */
export function formatDay(at: Moment, zone: string, now: Moment): string {
  const { weekday, day, month, year } = partsOf(at, zone)
  const words = `${weekday} ${day} ${month}`
  return year === partsOf(now, zone).year ? words : `${words} ${year}`
}

/**
 * "Wed 18 Sep 14:00"; near now "today 15:30", "tonight 22:00" (from 18:00), "tomorrow 02:00", "yesterday 23:51".
 * The year only when it is another.
 */
export function formatDateTime(at: Moment, zone: string, now: Moment): string {
  const { hour, minute } = partsOf(at, zone)
  const time = `${hour}:${minute}`
  const daysAway = localDayNumber(at, zone) - localDayNumber(now, zone)
  if (daysAway === 0) return `${Number(hour) >= 18 && Number(at) > Number(now) ? 'tonight' : 'today'} ${time}`
  if (daysAway === 1) return `tomorrow ${time}`
  if (daysAway === -1) return `yesterday ${time}`
  return `${formatDate(at, zone, now)} ${time}`
}

/** "Wed 18 Sep 14:00" always with its date, for records, plans and audit lines. */
export function formatFullDateTime(at: Moment, zone: string, now: Moment): string {
  return `${formatDate(at, zone, now)} ${formatTime(at, zone)}`
}

/** How long ago: "now", "2 min", "7 h", "3 days". A moment in the future counts as now. */
export function formatAge(at: Moment, now: Moment): string {
  const ageMs = Number(now) - Number(at)
  if (ageMs < minuteMs) return 'now'
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min`
  if (ageMs < dayMs) return `${Math.floor(ageMs / hourMs)} h`
  return plural(Math.floor(ageMs / dayMs), 'day', 'days')
}

/** The same within a sentence: "just now", "2 min ago", "3 days ago". */
export function formatAgo(at: Moment, now: Moment): string {
  const age = formatAge(at, now)
  return age === 'now' ? 'just now' : `${age} ago`
}

/** "14 h 48 m", "16 h", "48 m", "35 s", "1 d 17 h"; the two largest units, rounded down. Negative counts as nothing. */
export function formatDuration(durationMs: number): string {
  const leftMs = Math.max(0, durationMs)
  if (leftMs < minuteMs) return `${Math.floor(leftMs / 1000)} s`
  if (leftMs < 10 * minuteMs)
    return joinUnits(Math.floor(leftMs / minuteMs), 'm', Math.floor((leftMs % minuteMs) / 1000), 's')
  if (leftMs < hourMs) return `${Math.floor(leftMs / minuteMs)} m`
  if (leftMs < dayMs) return joinUnits(Math.floor(leftMs / hourMs), 'h', Math.floor((leftMs % hourMs) / minuteMs), 'm')
  return joinUnits(Math.floor(leftMs / dayMs), 'd', Math.floor((leftMs % dayMs) / hourMs), 'h')
}

const spelledNumbers = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** A waiting time within a sentence, in the largest unit that it is whole in, numbers up to twelve in letters: "seven days", "15 minutes". */
export function formatSpelled(durationMs: number): string {
  const [unitMs, unit] =
    durationMs % dayMs === 0 ? [dayMs, 'day'] : durationMs % hourMs === 0 ? [hourMs, 'hour'] : [minuteMs, 'minute']
  const count = Math.round(durationMs / unitMs)
  return `${spelledNumbers[count] ?? formatCount(count)} ${count === 1 ? unit : `${unit}s`}`
}

/** A span of working time in hours and minutes, never in days (a working day is no 24 hours): "30 h", "14 h 48 m". */
export function formatWorkingDuration(durationMs: number): string {
  const leftMs = Math.max(0, durationMs)
  if (leftMs < hourMs) return formatDuration(leftMs)
  return joinUnits(Math.floor(leftMs / hourMs), 'h', Math.floor((leftMs % hourMs) / minuteMs), 'm')
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** How far a due moment is: "in 7 days", "tomorrow", "today", "1 day over"; by calendar days of the zone. */
export function formatDue(due: Moment, zone: string, now: Moment): string {
  const daysAway = localDayNumber(due, zone) - localDayNumber(now, zone)
  const isOver = Number(due) < Number(now)
  if (daysAway === 0) return isOver ? 'over since today' : 'today'
  if (daysAway < 0) return `${plural(-daysAway, 'day', 'days')} over`
  return daysAway === 1 ? 'tomorrow' : `in ${formatCount(daysAway)} days`
}

/** "in 1 d 17 h", or "now" when the moment has come. */
export function formatUntil(at: Moment, now: Moment): string {
  const leftMs = Number(at) - Number(now)
  return leftMs <= 0 ? 'now' : `in ${formatDuration(leftMs)}`
}

const countFormat = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })
const shareFormat = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** "4,812". */
export function formatCount(count: number): string {
  return countFormat.format(count)
}

/**
 * A share of 0 to 1 as "94.6 %" with a narrow no-break space, one decimal. Less than all never reads as 100.0,
 * more than nothing never as 0.0.
 */
export function formatShare(share: number): string {
  let percent = Math.round(share * 1000) / 10
  if (share < 1) percent = Math.min(percent, 99.9)
  if (share > 0) percent = Math.max(percent, 0.1)
  return `${shareFormat.format(percent)}${narrowSpace}%`
}

/** A whole percentage from a policy, 0 to 100, as "80 %". */
export function formatPercent(percent: number): string {
  return `${countFormat.format(percent)}${narrowSpace}%`
}

/** An amount in the smallest unit of a currency (ISO 4217) as "€104.40". */
export function formatMoney(cents: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency })
  return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** "13 of 14". */
export function formatOf(part: number, whole: number): string {
  return `${formatCount(part)} of ${formatCount(whole)}`
}

/** "1 device", "9 devices": the count and the word in its form. */
export function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** The word alone in its form: "device" or "devices". */
export function pluralWord(count: number, one: string, many: string): string {
  return count === 1 ? one : many
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB']

/** "361 MB", "1.4 GB"; thousands, as on a disk's label. */
export function formatBytes(bytes: number): string {
  let size = Math.max(0, bytes)
  let unit = 0
  while (size >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000
    unit += 1
  }
  const digits = unit > 0 && size < 10 ? 1 : 0
  return `${size.toFixed(digits).replace(/\.0$/, '')} ${byteUnits[unit]}`
}

/** "Leeds, York and Remote"; from `most` on the rest is counted: "Leeds, York and 3 more". */
export function formatList(words: readonly string[], most = 4): string {
  if (words.length <= 1) return words[0] ?? ''
  if (words.length > most) return `${words.slice(0, most - 1).join(', ')} and ${words.length - most + 1} more`
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}
