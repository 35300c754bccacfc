import { cn } from '@/components/cn'
import { plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'
import { dayName } from './bill-words'

type Day = Outputs['billing']['get']['days'][number]
type DayState = Day['state']

const looks: Record<DayState, { bar: string; word: string }> = {
  counted: { bar: 'bg-mute-fill', word: 'counted' },
  free: { bar: 'border border-control', word: 'free' },
  missed: { bar: 'border border-control border-dashed', word: 'not counted' },
  before: { bar: '', word: 'before the first count' },
  'to-come': { bar: '', word: 'to come' },
}
const inLegend = ['counted', 'free', 'missed'] as const

type DayBarsProps = {
  days: readonly Day[]
  /** The number of the month: a line across. */
  number: number
}

/** The days of a month as bars: what counts solid, free days hollow, days that nobody counted dashed and as high as the line. */
export function DayBars({ days, number }: DayBarsProps) {
  const most = Math.max(1, ...days.map((day) => ('peak' in day ? day.peak : 0)))
  const heightOf = (devices: number) => `${(devices / most) * 100}%`
  return (
    <figure className="pt-5">
      <div className="relative h-[132px]">
        <ol className="flex h-full gap-0.5 border-line-strong border-b" aria-label="Devices a day">
          {days.map((day) => (
            <li key={day.day} className="flex min-w-0 flex-1 items-end" title={tellDay(day)}>
              <span className="sr-only">{tellDay(day)}</span>
              <span
                aria-hidden
                className={cn('w-full rounded-t-bar', looks[day.state].bar)}
                style={{ height: heightOf('peak' in day ? day.peak : day.state === 'missed' ? number : 0) }}
              />
            </li>
          ))}
        </ol>
        <span
          aria-hidden
          className="pointer-events-none absolute inset-x-0 border-text border-t"
          style={{ bottom: heightOf(number) }}
        />
      </div>
      <div aria-hidden className="flex gap-0.5 pt-1 text-axis text-text-3">
        {days.map(({ day }, place) => (
          <span key={day} className="flex min-w-0 flex-1 justify-center whitespace-nowrap">
            {place % 7 === 0 ? Number(day.slice(8)) : null}
          </span>
        ))}
      </div>
      <figcaption className="flex flex-wrap gap-x-5 gap-y-1.5 pt-3 text-body text-text-2">
        {inLegend.map((state) => (
          <Legend key={state} bar={looks[state].bar} count={days.filter((day) => day.state === state).length}>
            {looks[state].word}
          </Legend>
        ))}
        <span className="flex items-center gap-2">
          <span aria-hidden className="w-3 border-text border-t" />
          {plural(number, 'device', 'devices')}: the number of the month
        </span>
      </figcaption>
    </figure>
  )
}

/** What a look of a bar means, and of how many days. A look that no day has needs no word. */
function Legend({ bar, count, children }: { bar: string; count: number; children: string }) {
  if (count === 0) return null
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className={cn('h-3 w-2 rounded-t-bar', bar)} />
      {plural(count, 'day', 'days')} {children}
    </span>
  )
}

function tellDay(day: Day): string {
  const words = looks[day.state].word
  if (!('peak' in day)) return `${dayName(day.day)}: ${words}`
  const silent = day.enrolled - day.peak
  const rest = silent > 0 ? `, ${plural(silent, 'more was', 'more were')} silent for 30 days` : ''
  return `${dayName(day.day)}: ${plural(day.peak, 'device', 'devices')}, ${words}${rest}`
}
