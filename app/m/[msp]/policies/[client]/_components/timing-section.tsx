'use client'
import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'
import { Switch } from '@/components/ui/switch'
import { type Policy, weekdays } from '@/server/policies/schema'
import { dayNames } from '@/server/policy-words/rules'
import { ClockInput } from './clock-input'
import { DayToggles } from './day-toggles'
import { PolicySection } from './policy-section'
import { SpanInput } from './span-input'
import type { Draft } from './use-draft'

const isClock = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

const sections = ['dueDays', 'startRule', 'missedWindow', 'cutOffMs', 'workingHours'] as const
const safety = ['breaker', 'watchIntervalMs', 'mayStartOffline', 'isLab'] as const

/** When patches are due, when rollouts start, and which hours a soak counts. */
export function TimingSection({ draft }: { draft: Draft }) {
  const { policy } = draft
  const isChanged = (section: keyof Policy) => draft.marks.some((mark) => mark.section === section)
  const isDisabled = draft.isReadOnly
  return (
    <PolicySection draft={draft} title="Timing" text="Dates, starts and the hours that count." sections={sections}>
      <div className="flex flex-col gap-2.5">
        <Line>
          A security or critical patch is due
          <Stepper
            label="Due days after release"
            min={1}
            max={365}
            value={policy.dueDays}
            isDisabled={isDisabled}
            isChanged={isChanged('dueDays')}
            onChange={(dueDays) => draft.set('dueDays', Math.round(dueDays))}
          />
          days after release, unless a rule pack of the client asks for it earlier.
        </Line>
        <StartLine draft={draft} isChanged={isChanged('startRule')} />
        <Line>
          A device that missed its window catches up
          <Select
            isInline
            label="A missed window is caught up"
            value={policy.missedWindow}
            isDisabled={isDisabled}
            isChanged={isChanged('missedWindow')}
            options={[
              { value: 'next-window', label: 'at the next window' },
              { value: 'at-once', label: 'at once' },
            ]}
            onChange={(next) => draft.set('missedWindow', next === 'at-once' ? 'at-once' : 'next-window')}
          />
        </Line>
        <Line>
          No patch starts in the last
          <SpanInput
            label="Cut-off"
            valueMs={policy.cutOffMs}
            isDisabled={isDisabled}
            isChanged={isChanged('cutOffMs')}
            onChange={(cutOffMs) => draft.set('cutOffMs', cutOffMs)}
          />
          of a window.
        </Line>
        <HoursLine draft={draft} />
      </div>
    </PolicySection>
  )
}

function StartLine({ draft, isChanged }: { draft: Draft; isChanged: boolean }) {
  const { startRule } = draft.policy
  const isDisabled = draft.isReadOnly
  return (
    <Line>
      Rollouts start
      <Select
        isInline
        label="How rollouts start"
        value={startRule.kind}
        isDisabled={isDisabled}
        isChanged={isChanged}
        options={[
          { value: 'at-once', label: 'by themselves' },
          { value: 'weekly', label: 'once a week' },
          { value: 'by-hand', label: 'only by hand' },
        ]}
        onChange={(kind) => {
          if (kind === 'at-once') draft.set('startRule', { kind, settleMs: 3_600_000 })
          if (kind === 'weekly') draft.set('startRule', { kind, day: 'TU', at: '09:00' })
          if (kind === 'by-hand') draft.set('startRule', { kind })
        }}
      />
      {startRule.kind === 'at-once' ? (
        <>
          once no new finding came for
          <SpanInput
            label="Wait for further findings"
            valueMs={startRule.settleMs}
            isDisabled={isDisabled}
            isChanged={isChanged}
            onChange={(settleMs) => draft.set('startRule', { ...startRule, settleMs })}
          />
        </>
      ) : null}
      {startRule.kind === 'weekly' ? (
        <>
          on
          <Select
            isInline
            label="Day on which rollouts start"
            value={startRule.day}
            isDisabled={isDisabled}
            options={weekdays.map((day) => ({ value: day, label: dayNames[day] }))}
            onChange={(next) => {
              const day = weekdays.find((one) => one === next)
              if (day) draft.set('startRule', { ...startRule, day })
            }}
          />
          at
          <ClockInput
            label="Time at which rollouts start"
            value={startRule.at}
            isDisabled={isDisabled}
            isWrong={!isClock(startRule.at)}
            onChange={(at) => draft.set('startRule', { ...startRule, at })}
          />
        </>
      ) : null}
    </Line>
  )
}

function HoursLine({ draft }: { draft: Draft }) {
  const { workingHours } = draft.policy
  const isDisabled = draft.isReadOnly
  return (
    <Line>
      <Switch
        label="A soak counts working hours only"
        isOn={workingHours !== null}
        isDisabled={isDisabled}
        onChange={(isOn) =>
          draft.set(
            'workingHours',
            isOn ? { days: ['MO', 'TU', 'WE', 'TH', 'FR'], start: '08:00', end: '18:00' } : null,
          )
        }
      />
      {workingHours ? (
        <>
          <DayToggles
            label="Working days"
            days={workingHours.days}
            isDisabled={isDisabled}
            onChange={(days) => draft.set('workingHours', { ...workingHours, days })}
          />
          <span className="inline-flex items-center gap-x-2">
            from
            <ClockInput
              label="Working hours begin"
              value={workingHours.start}
              isDisabled={isDisabled}
              isWrong={!isClock(workingHours.start)}
              onChange={(start) => draft.set('workingHours', { ...workingHours, start })}
            />
            to
            <ClockInput
              label="Working hours end"
              value={workingHours.end}
              isDisabled={isDisabled}
              isWrong={!isClock(workingHours.end)}
              onChange={(end) => draft.set('workingHours', { ...workingHours, end })}
            />
          </span>
        </>
      ) : null}
    </Line>
  )
}

/** What stops by itself, and what devices may do alone. */
export function SafetySection({ draft }: { draft: Draft }) {
  const { policy } = draft
  const isChanged = (section: keyof Policy) => draft.marks.some((mark) => mark.section === section)
  const isDisabled = draft.isReadOnly
  return (
    <PolicySection
      draft={draft}
      title="Safety"
      text="What stops by itself, and what a device may do alone."
      sections={safety}
    >
      <div className="flex flex-col gap-2.5">
        <Line>
          The breaker holds a patch at all clients after it failed on
          {draft.isClient ? (
            <span className="font-key">{policy.breaker.devices}</span>
          ) : (
            <Stepper
              label="Devices on which a patch may fail before the breaker holds it"
              min={1}
              max={1_000}
              value={policy.breaker.devices}
              isDisabled={isDisabled}
              isChanged={isChanged('breaker')}
              onChange={(devices) => draft.set('breaker', { devices: Math.round(devices) })}
            />
          )}
          devices.
        </Line>
        {draft.isClient ? (
          <p className="flex items-center gap-1.5 text-detail text-text-3">
            <Lock aria-hidden size={12} />
            {draft.page.standardName} keeps this: it counts across the clients.
          </p>
        ) : null}
        <Line>
          While it soaks, a device probes every
          <SpanInput
            label="Watch interval"
            min={1}
            valueMs={policy.watchIntervalMs}
            isDisabled={isDisabled}
            isChanged={isChanged('watchIntervalMs')}
            onChange={(watchIntervalMs) => draft.set('watchIntervalMs', watchIntervalMs)}
          />
        </Line>
        <Switch
          label="A device may start without a permit while it cannot reach Patchward"
          isOn={policy.mayStartOffline}
          isDisabled={isDisabled}
          onChange={(mayStartOffline) => draft.set('mayStartOffline', mayStartOffline)}
        />
        <Switch
          label="This is a lab policy: every page of such a client says so"
          isOn={policy.isLab}
          isDisabled={isDisabled}
          onChange={(isLab) => draft.set('isLab', isLab)}
        />
      </div>
    </PolicySection>
  )
}

function Line({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-x-2 gap-y-2 text-text">{children}</div>
}
