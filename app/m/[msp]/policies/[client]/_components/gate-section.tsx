'use client'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'
import type { GateRule } from '@/server/policies/schema'
import { PolicySection } from './policy-section'
import type { Draft } from './use-draft'

/** Keeps a sign off the edge of the control before it (U+200A). */
const hairSpace = '\u200a'

/** When a patch may go on to the next ring, as one sentence. */
export function GateSection({ draft }: { draft: Draft }) {
  const { gate } = draft.policy
  const set = (change: Partial<GateRule>) => draft.set('gate', { ...gate, ...change })
  const isChanged = (key: keyof GateRule) => draft.marks.some((mark) => mark.section === 'gate' && mark.path === key)
  const shared = { isDisabled: draft.isReadOnly }
  return (
    <PolicySection draft={draft} title="Gate" text="Per patch, at the end of each soak." sections={['gate']}>
      <div className="text-lead leading-9 max-wide:leading-8 [&>*]:align-middle max-wide:[&>*]:my-1">
        A patch passes when at least{' '}
        <Stepper
          {...shared}
          label="Share of the devices due that proved it"
          unit="%"
          min={1}
          max={100}
          value={Math.round(gate.provedShare * 100)}
          isChanged={isChanged('provedShare')}
          onChange={(percent) => set({ provedShare: percent / 100 })}
        />{' '}
        of the devices that were due have proved it, at most{' '}
        <Stepper
          {...shared}
          label="Failures allowed in rings of up to 50 devices"
          min={0}
          max={100}
          value={gate.failureLimit}
          isChanged={isChanged('failureLimit')}
          onChange={(failureLimit) => set({ failureLimit: Math.round(failureLimit) })}
        />{' '}
        failed (in rings above 50 devices{' '}
        <Stepper
          {...shared}
          label="Share of failures allowed in rings above 50 devices"
          unit="%"
          min={0}
          max={20}
          value={Math.round(gate.failureShareAbove50 * 1_000) / 10}
          isChanged={isChanged('failureShareAbove50')}
          onChange={(percent) => set({ failureShareAbove50: percent / 100 })}
        />
        {hairSpace}), no health probe fails that passed before, and the soak is over. Without enough evidence,{' '}
        <Select
          {...shared}
          isInline
          label="Without enough evidence"
          value={gate.onNotEnough}
          isChanged={isChanged('onNotEnough')}
          options={[
            { value: 'ask', label: 'ask a person' },
            { value: 'soak-longer', label: 'soak longer' },
          ]}
          onChange={(next) => set({ onNotEnough: next === 'ask' ? 'ask' : 'soak-longer' })}
        />
        {hairSpace}. A test ring of fewer than{' '}
        <Stepper
          {...shared}
          label="A test ring is small below so many devices"
          min={0}
          max={100}
          value={gate.smallRingBelow}
          isChanged={isChanged('smallRingBelow')}
          onChange={(smallRingBelow) => set({ smallRingBelow: Math.round(smallRingBelow) })}
        />{' '}
        devices needs one proof, no failure, and{' '}
        <Select
          {...shared}
          isInline
          label="What a small test ring needs besides"
          value={gate.smallRingNeedsPerson ? 'person' : 'nobody'}
          isChanged={isChanged('smallRingNeedsPerson')}
          options={[
            { value: 'person', label: 'a person’s yes' },
            { value: 'nobody', label: 'nothing more' },
          ]}
          onChange={(next) => set({ smallRingNeedsPerson: next === 'person' })}
        />
        {hairSpace}.
      </div>
    </PolicySection>
  )
}
