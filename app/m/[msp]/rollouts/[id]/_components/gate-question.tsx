'use client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { reasonLength } from '@/server/audit/rules'
import { useRolloutVerb } from './use-rollout-verb'
import type { Gate, Patch, Rollout } from './view-types'

const reasonField = { label: 'Reason', hint: 'Stands in the audit log with the evidence.', ...reasonLength }

type GateQuestionProps = { patch: Patch; gate: Gate; rollout: Rollout; isPrimary: boolean }

/** A gate that asks: its evidence in words, and the two answers. */
export function GateQuestion({ patch, gate, rollout, isPrimary }: GateQuestionProps) {
  const [open, setOpen] = useState<'go-on' | 'stop' | null>(null)
  const name = `${patch.name} ${patch.version}`
  const onDone = useRolloutVerb(() => setOpen(null))
  const trpc = useTrpc()
  const goOn = useMutation(trpc.rollouts.confirmGate.mutationOptions(onDone(`${name} goes on`)))
  const stop = useMutation(
    trpc.rollouts.confirmGate.mutationOptions(onDone(`${name} is being taken back`, 'It is held.')),
  )
  const later = patch.gates.filter((one) => one.position > gate.position).reduce((sum, one) => sum + one.due, 0)
  const ring = rollout.rings.find((one) => one.position === gate.position)
  const next = rollout.rings.find((one) => one.position > gate.position && one.phase === 'waiting')
  const { confirmGate: can, goOn: onwards } = rollout.can
  const closed = can.can ? null : can.reason
  const ask = { rolloutId: rollout.id, position: gate.position, patchId: patch.id }
  const over = `R-${rollout.number}, gate of ${ring?.name ?? 'the ring'}: ${gate.reason}`
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-panel bg-warn-soft px-4 py-3">
      <p className="min-w-0 text-text-2">
        <span className="font-key text-warn">May {name} go on?</span> {gate.reason}.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant={isPrimary ? 'primary' : 'secondary'}
          disabledReason={onwards.can ? null : onwards.reason}
          reasonPlacement="beside"
          onClick={() => setOpen('go-on')}
        >
          Go on…
        </Button>
        <Button variant="danger-outline" disabledReason={closed} reasonPlacement="none" onClick={() => setOpen('stop')}>
          Stop…
        </Button>
      </div>
      <ConfirmCount
        isOpen={open === 'go-on'}
        onOpenChange={(isOpen) => setOpen(isOpen ? 'go-on' : null)}
        over={over}
        count={later}
        one="device"
        many="devices"
        what={
          later === 0
            ? `more devices: ${name} is done here`
            : `more ${later === 1 ? 'device gets' : 'devices get'} ${name}`
        }
        facts={[{ label: 'Next', value: next ? `Ring ${next.name}, in its window.` : 'No ring after this one.' }]}
        reason={reasonField}
        verb="Go on for"
        pendingWord="Going on…"
        isPending={goOn.isPending}
        error={goOn.error && `Not answered: ${goOn.error.message}`}
        onConfirm={({ reason }) => goOn.mutate({ ...ask, answer: 'go-on', reason })}
      />
      <ConfirmCount
        isOpen={open === 'stop'}
        onOpenChange={(isOpen) => setOpen(isOpen ? 'stop' : null)}
        over={over}
        count={patch.installed}
        one="device"
        many="devices"
        what={`${patch.installed === 1 ? 'device goes' : 'devices go'} back to the version before ${name}`}
        facts={[
          { label: 'Then', value: 'Held for this client until somebody lifts it.' },
          { label: 'Never get it', value: plural(later, 'device', 'devices') },
        ]}
        reason={reasonField}
        verb="Take back from"
        pendingWord="Ordering…"
        isDanger
        isPending={stop.isPending}
        error={stop.error && `Not answered: ${stop.error.message}`}
        onConfirm={({ reason }) => stop.mutate({ ...ask, answer: 'stop', reason })}
      />
    </div>
  )
}
