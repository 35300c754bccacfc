'use client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'
import { Switch } from '@/components/ui/switch'
import { type ApprovalRule, classifications, severities } from '@/server/policies/schema'
import { isSame } from '@/server/policy-changes/rules'
import { isRuleOn, ruleWords } from '@/server/policy-words/rules'
import { PolicySection } from './policy-section'
import type { Draft } from './use-draft'

const mostRules = 30
interface Item {
  id: number
  rule: ApprovalRule
}

/** Approval rules as sentences, read from the top. One that is switched off keeps its place and its settings. */
export function RulesSection({ draft }: { draft: Draft }) {
  const [items, setItems] = useState(() => firstItems(draft))
  const [open, setOpen] = useState<number | null>(null)
  const change = (next: Item[]) => {
    setItems(next)
    draft.set(
      'approvalRules',
      next.map((item) => item.rule),
    )
  }
  const replace = (id: number, rule: ApprovalRule) =>
    change(items.map((item) => (item.id === id ? { id, rule } : item)))
  const move = (index: number, by: 1 | -1) => {
    const next = [...items]
    const [item] = next.splice(index, 1)
    if (item) change([...next.slice(0, index + by), item, ...next.slice(index + by)])
  }
  const add = () => {
    const id = Math.max(0, ...items.map((item) => item.id)) + 1
    change([...items, { id, rule: newRule }])
    setOpen(id)
  }
  return (
    <PolicySection
      draft={draft}
      title="Approval rules"
      text="Read from the top; the first that fits decides. A hold or a reject always wins; what no rule fits waits for a person."
      sections={['approvalRules']}
    >
      {items.length === 0 ? <p className="text-text-3">No rule: every patch waits for a person.</p> : null}
      <ol className="border-line border-t">
        {items.map((item, index) => (
          <li key={item.id} className="border-line border-b py-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span aria-hidden className="w-4 text-text-3">
                {index + 1}
              </span>
              <span
                className={`min-w-0 flex-1 basis-52 ${isRuleOn(item.rule) ? 'text-text' : 'text-text-3 line-through'}`}
              >
                {ruleWords(switched(item.rule, true))}
              </span>
              <span className="ml-auto inline-flex items-center gap-x-3">
                <span className="text-detail">
                  {draft.base.approvalRules.some((rule) => isSame(rule, item.rule)) ? (
                    <span className="text-text-3">{draft.isClient ? draft.page.standardName : ''}</span>
                  ) : (
                    <span className="text-accent">{draft.isClient ? 'Set here' : 'Changed'}</span>
                  )}
                </span>
                {draft.isReadOnly ? null : (
                  <Button
                    size="sm"
                    variant="ghost"
                    aria-expanded={open === item.id}
                    onClick={() => setOpen(open === item.id ? null : item.id)}
                  >
                    {open === item.id ? 'Close' : 'Change'}
                    <span className="sr-only"> rule {index + 1}</span>
                  </Button>
                )}
                <Switch
                  ariaLabel={`Rule ${index + 1} is on`}
                  isOn={isRuleOn(item.rule)}
                  isDisabled={draft.isReadOnly}
                  onChange={(isOn) => replace(item.id, switched(item.rule, isOn))}
                />
              </span>
            </div>
            {open === item.id ? (
              <RuleFields
                rule={item.rule}
                number={index + 1}
                onChange={(rule) => replace(item.id, rule)}
                onUp={index > 0 ? () => move(index, -1) : undefined}
                onDown={index < items.length - 1 ? () => move(index, 1) : undefined}
                onRemove={() => {
                  setOpen(null)
                  change(items.filter((one) => one.id !== item.id))
                }}
              />
            ) : null}
          </li>
        ))}
      </ol>
      {draft.isReadOnly || items.length >= mostRules ? null : (
        <Button className="mt-3" icon={<Plus size={14} aria-hidden />} onClick={add}>
          Add a rule
        </Button>
      )}
    </PolicySection>
  )
}

const newRule: ApprovalRule = {
  classifications: ['bug fix'],
  severities: [],
  afterDays: 7,
  onlyIfUndoable: true,
  effect: 'approve',
}

/** The rule on or off; on is said by saying nothing, so that a rule switched off and on again equals the standard's. */
function switched({ isOn: _, ...rule }: ApprovalRule, isOn: boolean): ApprovalRule {
  return isOn ? rule : { ...rule, isOn: false }
}

/** What is in force; for a client also what the standard has beyond it, switched off. */
function firstItems({ policy, base, isClient }: Draft): Item[] {
  const own = policy.approvalRules
  const isThere = (rule: ApprovalRule) => own.some((one) => isSame(switched(one, true), switched(rule, true)))
  const left = isClient ? base.approvalRules.filter((rule) => !isThere(rule)).map((rule) => switched(rule, false)) : []
  return [...own, ...left].map((rule, id) => ({ id, rule }))
}

type RuleFieldsProps = {
  rule: ApprovalRule
  number: number
  onChange: (rule: ApprovalRule) => void
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
  onRemove: () => void
}

function RuleFields({ rule, number, onChange, onUp, onDown, onRemove }: RuleFieldsProps) {
  return (
    <div className="mt-2 flex flex-col gap-3 rounded-panel bg-well p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          isInline
          label={`What rule ${number} does`}
          value={rule.effect}
          options={[
            { value: 'approve', label: 'Approve' },
            { value: 'ask', label: 'Ask a person' },
          ]}
          onChange={(effect) => onChange({ ...rule, effect: effect === 'ask' ? 'ask' : 'approve' })}
        />
        {rule.effect === 'approve' ? (
          <>
            <Stepper
              label={`Days after release, rule ${number}`}
              min={0}
              max={365}
              value={rule.afterDays}
              onChange={(afterDays) => onChange({ ...rule, afterDays: Math.round(afterDays) })}
            />
            days after release
          </>
        ) : null}
      </div>
      <Choices
        legend="Classifications, any if none is ticked"
        all={classifications}
        chosen={rule.classifications}
        onChange={(next) => onChange({ ...rule, classifications: next })}
      />
      <Choices
        legend="Severities, any if none is ticked"
        all={severities}
        chosen={rule.severities}
        onChange={(next) => onChange({ ...rule, severities: next })}
      />
      <Switch
        label="Only where it can be undone"
        isOn={rule.onlyIfUndoable}
        onChange={(onlyIfUndoable) => onChange({ ...rule, onlyIfUndoable })}
      />
      <div className="flex flex-wrap gap-2">
        {onUp ? (
          <Button variant="ghost" onClick={onUp}>
            Move up
          </Button>
        ) : null}
        {onDown ? (
          <Button variant="ghost" onClick={onDown}>
            Move down
          </Button>
        ) : null}
        <Button variant="danger-text" onClick={onRemove}>{`Remove rule ${number}`}</Button>
      </div>
    </div>
  )
}

type ChoicesProps<Name extends string> = {
  legend: string
  all: readonly Name[]
  chosen: readonly Name[]
  onChange: (chosen: Name[]) => void
}

function Choices<Name extends string>({ legend, all, chosen, onChange }: ChoicesProps<Name>) {
  return (
    <fieldset>
      <legend className="pb-1 text-detail text-text-3">{legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map((name) => (
          <Checkbox
            key={name}
            label={`${name.charAt(0).toUpperCase()}${name.slice(1)}`}
            isChecked={chosen.includes(name)}
            onChange={(isIn) => onChange(all.filter((one) => (one === name ? isIn : chosen.includes(one))))}
          />
        ))}
      </div>
    </fieldset>
  )
}
