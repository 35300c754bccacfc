'use client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { cn } from '@/components/cn'
import { DataTable } from '@/components/data-table'
import { formatCount, plural } from '@/components/format'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import type { RingRule } from '@/server/policies/schema'
import { formerRing } from '@/server/policy-changes/rules'
import { membersWords, soakWords, spanWords } from '@/server/policy-words/rules'
import { PolicySection } from './policy-section'
import { RingFields } from './ring-fields'
import type { Draft } from './use-draft'

const mostRings = 6
type Line = { ring: RingRule; index: number }

/** Who gets a patch when, and how long each ring is watched; one ring at a time opens for a change. */
export function RingsSection({ draft }: { draft: Draft }) {
  const [open, setOpen] = useState<number | null>(null)
  const { rings } = draft.policy
  const lines = rings.map((ring, index): Line => ({ ring, index }))
  const setRings = (next: RingRule[]) => draft.set('rings', next)
  const add = () => {
    const last = rings.at(-1)
    if (!last) return
    const ring: RingRule = { ...last, name: freeName(rings), members: { kind: 'percent', percent: 15 } }
    setRings([...rings.slice(0, -1), ring, last])
    setOpen(rings.length - 1)
  }
  const shownPaths = open === null ? [] : ringPaths(open)
  const current = open === null ? undefined : rings[open]
  return (
    <PolicySection
      draft={draft}
      title="Rings"
      text={ringsText(draft)}
      sections={['rings']}
      isHere={(path) => !path.endsWith('.window')}
      onInherit={() => setRings(takeRings(draft))}
      shownPaths={[...shownPaths, ...rings.flatMap((_, index) => windowPaths(index))]}
    >
      <DataTable
        caption="Rings in their order"
        columns={columns(draft, open, setOpen)}
        rows={lines}
        rowKey={(line) => String(line.index)}
        lines={2}
        isSelected={(line) => line.index === open}
      />
      {current && open !== null ? (
        <RingFields
          key={`${draft.epoch} ${open}`}
          draft={draft}
          index={open}
          ring={current}
          onChange={(ring) => setRings(rings.map((one, index) => (index === open ? ring : one)))}
          onMove={(by) => {
            const next = [...rings]
            next.splice(open, 1)
            next.splice(open + by, 0, current)
            setRings(next)
            setOpen(open + by)
          }}
          onRemove={() => {
            setRings(rings.filter((_, index) => index !== open))
            setOpen(null)
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {draft.isReadOnly || rings.length >= mostRings ? null : (
        <Button className="mt-3" icon={<Plus size={14} aria-hidden />} onClick={add}>
          Add a ring
        </Button>
      )}
    </PolicySection>
  )
}

/** The inherited rings; a window that was changed stays as it is. */
function takeRings({ base, policy }: Draft): RingRule[] {
  return base.rings.map((ring, index) => ({
    ...ring,
    window: formerRing(policy.rings, base.rings, index)?.window ?? ring.window,
  }))
}

const ringPaths = (index: number) => [`rings.${index}.name`, `rings.${index}.members`, `rings.${index}.members.tags`]
const windowPaths = (index: number) =>
  ['days', 'start', 'durationMs', 'zone'].map((field) => `rings.${index}.window.${field}`)

function freeName(rings: readonly RingRule[]): string {
  const taken = new Set(rings.map((ring) => ring.name))
  for (let number = rings.length; ; number++) if (!taken.has(`Ring ${number}`)) return `Ring ${number}`
}

function ringsText({ page: { fleet }, policy }: Draft): string {
  const rings = plural(policy.rings.length, 'ring', 'rings')
  const whole = fleet ? `${plural(fleet.devices, 'device', 'devices')}, ${rings}` : rings
  return `${whole}. The first is hand-picked by tag and never filled by itself; a device keeps its ring.${policy.workingHours ? ' A soak counts working hours.' : ''}`
}

/** "3, hand-picked" or "15 %, about 12": with the number of devices where it is known. */
function whoWords({ page: { fleet }, policy }: Draft, ring: RingRule): string {
  const words = membersWords(ring)
  if (!fleet) return words
  const outside = fleet.devices - fleet.test
  switch (ring.members.kind) {
    case 'tags':
      return ring === policy.rings[0] ? `${formatCount(fleet.test)}, ${words}` : words
    case 'percent':
      return `${words}, about ${plural(Math.round((outside * ring.members.percent) / 100), 'device', 'devices')}`
    case 'rest':
      return words
  }
}

function columns(draft: Draft, open: number | null, setOpen: (index: number | null) => void): Column<Line>[] {
  const isMarked = (index: number, key: keyof RingRule) =>
    draft.marks.some((mark) => mark.path === `${index}.${key}` || mark.path === `${index}`)
  const cell = (key: keyof RingRule, words: (ring: RingRule) => string) => (line: Line) => (
    <span className={cn(isMarked(line.index, key) && 'font-key text-accent')}>{words(line.ring)}</span>
  )
  const hasHours = draft.policy.workingHours !== null
  return [
    { key: 'name', head: 'Ring', isKey: true, narrow: 'title', width: '16%', cell: cell('name', (ring) => ring.name) },
    { key: 'who', head: 'Who', narrow: 'detail', cell: cell('members', (ring) => whoWords(draft, ring)) },
    {
      key: 'deferral',
      head: 'Deferral',
      width: '76px',
      cell: cell('deferralMs', (ring) => spanWords(ring.deferralMs)),
    },
    {
      key: 'soak',
      head: 'Soak',
      width: '64px',
      cell: cell('soakMs', (ring) => soakWords(ring.soakMs, hasHours)),
    },
    {
      key: 'at-a-time',
      head: 'At a time',
      align: 'right',
      width: '78px',
      cell: cell('concurrency', (ring) => (ring.concurrency === null ? 'all' : formatCount(ring.concurrency))),
    },
    {
      key: 'deadline',
      head: 'Deadline',
      width: '80px',
      cell: cell('deadlineMs', (ring) => spanWords(ring.deadlineMs)),
    },
    {
      key: 'edit',
      head: 'Change',
      isHeadHidden: true,
      align: 'right',
      width: '70px',
      narrow: 'trailing',
      cell: ({ ring, index }) =>
        draft.isReadOnly ? null : (
          <Button
            size="sm"
            variant="ghost"
            className="-mr-2"
            aria-expanded={open === index}
            onClick={() => setOpen(open === index ? null : index)}
          >
            {open === index ? 'Close' : 'Change'}
            <span className="sr-only"> ring {ring.name}</span>
          </Button>
        ),
    },
  ]
}
