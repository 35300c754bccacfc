'use client'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'
import { Switch } from '@/components/ui/switch'
import type { RingRule } from '@/server/policies/schema'
import { SpanInput } from './span-input'
import type { Draft } from './use-draft'

type RingFieldsProps = {
  draft: Draft
  index: number
  ring: RingRule
  onChange: (ring: RingRule) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
  onClose: () => void
}

const kinds = [
  { value: 'tags', label: 'hand-picked by tag' },
  { value: 'percent', label: 'a share of the devices' },
  { value: 'rest', label: 'the rest' },
]

/** Every value of one ring but its window, which stands on the week below. */
export function RingFields({ draft, index, ring, onChange, onMove, onRemove, onClose }: RingFieldsProps) {
  const count = draft.policy.rings.length
  const error = (field: string) => {
    const message = draft.errors.get(`rings.${index}.${field}`)
    return message ? `${message.charAt(0).toUpperCase()}${message.slice(1)}.` : undefined
  }
  const isMarked = (key: keyof RingRule) => draft.marks.some((mark) => mark.path === `${index}.${key}`)
  return (
    <div className="mt-3 rounded-panel bg-well p-4">
      <div className="grid gap-x-6 gap-y-4 min-[560px]:grid-cols-2">
        <Field label="Name" error={error('name')}>
          <Input
            value={ring.name}
            maxLength={60}
            onChange={(event) => onChange({ ...ring, name: event.target.value })}
          />
        </Field>
        <Members ring={ring} onChange={onChange} error={error('members') ?? error('members.tags')} />
        <Group label="Deferral after release">
          <SpanInput
            label="Deferral"
            valueMs={ring.deferralMs}
            isChanged={isMarked('deferralMs')}
            onChange={(deferralMs) => onChange({ ...ring, deferralMs })}
          />
        </Group>
        <Group label={draft.policy.workingHours ? 'Soak, in working hours' : 'Soak'}>
          <SpanInput
            label="Soak"
            valueMs={ring.soakMs}
            isChanged={isMarked('soakMs')}
            onChange={(soakMs) => onChange({ ...ring, soakMs })}
          />
        </Group>
        <Group label="Devices at a time">
          <span className="inline-flex flex-wrap items-center gap-3">
            <Switch
              label="All at once"
              isOn={ring.concurrency === null}
              onChange={(isAll) => onChange({ ...ring, concurrency: isAll ? null : 20 })}
            />
            {ring.concurrency === null ? null : (
              <Stepper
                label="Devices at a time"
                min={1}
                max={10_000}
                value={ring.concurrency}
                isChanged={isMarked('concurrency')}
                onChange={(concurrency) => onChange({ ...ring, concurrency: Math.round(concurrency) })}
              />
            )}
          </span>
        </Group>
        <Group label="Closes at the latest after">
          <SpanInput
            label="Deadline"
            min={1}
            valueMs={ring.deadlineMs}
            isChanged={isMarked('deadlineMs')}
            onChange={(deadlineMs) => onChange({ ...ring, deadlineMs })}
          />
        </Group>
      </div>
      <div className="flex flex-wrap gap-2 pt-4">
        <Button onClick={onClose}>Done</Button>
        {index > 0 ? (
          <Button variant="ghost" onClick={() => onMove(-1)}>
            Move up
          </Button>
        ) : null}
        {index < count - 1 ? (
          <Button variant="ghost" onClick={() => onMove(1)}>
            Move down
          </Button>
        ) : null}
        {count > 2 ? (
          <Button variant="danger-text" onClick={onRemove}>{`Remove ${ring.name || 'this ring'}`}</Button>
        ) : null}
      </div>
    </div>
  )
}

type MembersProps = { ring: RingRule; onChange: (ring: RingRule) => void; error: string | undefined }

function Members({ ring, onChange, error }: MembersProps) {
  const { members } = ring
  const choose = (kind: string) => {
    if (kind === 'tags') onChange({ ...ring, members: { kind, tags: ['test'] } })
    if (kind === 'percent') onChange({ ...ring, members: { kind, percent: 15 } })
    if (kind === 'rest') onChange({ ...ring, members: { kind } })
  }
  return (
    <div className="flex flex-col gap-2">
      <Field label="Who" error={members.kind === 'tags' ? undefined : error}>
        <Select options={kinds} value={members.kind} onChange={choose} />
      </Field>
      {members.kind === 'tags' ? (
        <Field label="Tags, with commas between" error={error}>
          <Input
            defaultValue={members.tags.join(', ')}
            onChange={(event) =>
              onChange({
                ...ring,
                members: {
                  kind: 'tags',
                  tags: event.target.value
                    .split(',')
                    .map((tag) => tag.trim())
                    .filter(Boolean),
                },
              })
            }
          />
        </Field>
      ) : null}
      {members.kind === 'percent' ? (
        <Stepper
          label="Percent of the devices outside the first ring"
          unit="%"
          min={1}
          max={99}
          value={members.percent}
          onChange={(percent) => onChange({ ...ring, members: { kind: 'percent', percent } })}
        />
      ) : null}
    </div>
  )
}

function Group({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-medium text-body text-text">{label}</span>
      {children}
    </div>
  )
}
