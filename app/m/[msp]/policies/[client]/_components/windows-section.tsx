'use client'
import type { ReactNode } from 'react'
import { cn } from '@/components/cn'
import { StatusMark } from '@/components/status-mark'
import { Select } from '@/components/ui/select'
import { type WeekSpan, WeekStrip } from '@/components/week-strip'
import { type RingRule, type WindowRule, type WorkingHours, weekdays } from '@/server/policies/schema'
import { formerRing, isSame } from '@/server/policy-changes/rules'
import { windowWords, zoneWords } from '@/server/policy-words/rules'
import { ClockInput } from './clock-input'
import { DayToggles } from './day-toggles'
import { PolicySection } from './policy-section'
import { SpanInput } from './span-input'
import type { Draft } from './use-draft'

/** When change may start, ring by ring, on one week. */
export function WindowsSection({ draft }: { draft: Draft }) {
  const { policy, base } = draft
  const rows = policy.rings.map((ring, index) => weekRow(ring, formerRing(base.rings, policy.rings, index)))
  return (
    <PolicySection
      draft={draft}
      title="Windows"
      text="No patch starts in the last part of a window; how much that is stands under Timing."
      sections={['rings']}
      isHere={(path) => /^\d+\.window$/.test(path)}
      onInherit={() =>
        draft.set(
          'rings',
          policy.rings.map((ring, index) => ({
            ...ring,
            window: formerRing(base.rings, policy.rings, index)?.window ?? ring.window,
          })),
        )
      }
      hasOwnErrors
    >
      <WeekStrip rows={rows} workingHours={policy.workingHours ? hourSpans(policy.workingHours) : []} />
      <p className="flex flex-wrap gap-x-5 pt-2 text-detail text-text-3">
        <Legend look="bg-accent">Window</Legend>
        {rows.some((row) => row.former) ? (
          <Legend look="border border-accent border-dashed bg-accent-soft">Was</Legend>
        ) : null}
        {policy.workingHours ? <Legend look="bg-mute-soft">Working hours</Legend> : null}
      </p>
      <ul className="pt-2">
        {policy.rings.map((ring, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a ring is known by its place; its name is being typed
          <li key={index} className="border-line border-b py-2.5 last:border-none">
            <WindowSentence draft={draft} ring={ring} index={index} />
          </li>
        ))}
      </ul>
    </PolicySection>
  )
}

function Legend({ look, children }: { look: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className={cn('h-2.5 w-3.5 rounded-bar', look)} />
      {children}
    </span>
  )
}

function WindowSentence({ draft, ring, index }: { draft: Draft; ring: RingRule; index: number }) {
  const { window } = ring
  const set = (next: WindowRule) =>
    draft.set(
      'rings',
      draft.policy.rings.map((one, place) => (place === index ? { ...one, window: next } : one)),
    )
  const isChanged = draft.marks.some((mark) => mark.path === `${index}.window`)
  const errors = [...draft.errors].filter(([path]) => path.startsWith(`rings.${index}.window`))
  if (draft.isReadOnly)
    return (
      <p className="text-text-2">
        <strong className="font-key text-text">{ring.name}</strong> {windowWords(window)}
        {zoneWords(window) ? `, in ${zoneWords(window)}` : ''}
      </p>
    )
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
      <strong className="font-key text-text">{ring.name || 'This ring'} runs</strong>
      <Select
        isInline
        label={`When ${ring.name} runs`}
        value={window.kind}
        isChanged={isChanged}
        options={[
          { value: 'weekly', label: 'every' },
          { value: 'always', label: 'always' },
        ]}
        onChange={(kind) => set(kind === 'always' ? { kind } : firstWindow)}
      />
      {window.kind === 'always' ? null : (
        <>
          <DayToggles label={`Days of ${ring.name}`} days={window.days} onChange={(days) => set({ ...window, days })} />
          <Together word="at">
            <ClockInput
              label={`${ring.name} opens at`}
              value={window.start}
              isWrong={errors.some(([path]) => path.endsWith('.start'))}
              onChange={(start) => set({ ...window, start })}
            />
          </Together>
          <Together word="for">
            <SpanInput
              label={`How long ${ring.name} stays open`}
              min={1}
              valueMs={window.durationMs}
              onChange={(durationMs) => set({ ...window, durationMs })}
            />
          </Together>
          <Together word="in">
            <Select
              isInline
              label={`Zone of ${ring.name}`}
              value={window.zone}
              options={zoneOptions(draft, window.zone)}
              onChange={(zone) => set({ ...window, zone })}
            />
          </Together>
        </>
      )}
      {errors.map(([path, message]) => (
        <p key={path} role="alert" className="flex w-full items-start gap-1.5 text-detail text-fail">
          <StatusMark state="failed" size={13} className="mt-[1.5px]" />
          {path.endsWith('.start') ? `When ${ring.name} opens: ${message}.` : `The window of ${ring.name} ${message}.`}
        </p>
      ))}
    </div>
  )
}

/** A word and its control, which do not part at the end of a line. */
function Together({ word, children }: { word: string; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-x-2">
      {word}
      {children}
    </span>
  )
}

const firstWindow: WindowRule = {
  kind: 'weekly',
  days: ['MO', 'TU', 'WE', 'TH'],
  start: '22:00',
  durationMs: 4 * 3_600_000,
  zone: 'device',
}

function zoneOptions({ page }: Draft, current: string) {
  const zones = [...new Set([current, page.zone, 'UTC'])].filter((zone) => zone !== 'device')
  return [{ value: 'device', label: 'each device’s own zone' }, ...zones.map((zone) => ({ value: zone, label: zone }))]
}

const dayMinutes = 24 * 60
/** Minutes of a day; a time that is still being typed counts as midnight. */
const minutesOf = (clock: string) =>
  /^\d\d:\d\d$/.test(clock) ? Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5)) : 0

function spansOf(window: WindowRule): WeekSpan[] {
  if (window.kind === 'always') return [{ startMinute: 0, endMinute: 7 * dayMinutes }]
  return weekdays.flatMap((day, index) => {
    if (!window.days.includes(day)) return []
    const startMinute = index * dayMinutes + minutesOf(window.start)
    return [
      { startMinute, endMinute: Math.min(startMinute + window.durationMs / 60_000, startMinute + 7 * dayMinutes) },
    ]
  })
}

function hourSpans({ days, start, end }: WorkingHours): WeekSpan[] {
  return weekdays.flatMap((day, index) =>
    days.includes(day)
      ? [{ startMinute: index * dayMinutes + minutesOf(start), endMinute: index * dayMinutes + minutesOf(end) }]
      : [],
  )
}

function weekRow(ring: RingRule, before: RingRule | undefined) {
  const isMoved = before !== undefined && !isSame(before.window, ring.window)
  const was = isMoved ? `, was ${windowWords(before.window)}` : ''
  return {
    name: ring.name,
    windows: spansOf(ring.window),
    former: isMoved ? spansOf(before.window) : undefined,
    words: `${windowWords(ring.window)}${was}`,
  }
}
