'use client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { formatCount, plural } from '@/components/format'
import { Checkbox } from '@/components/ui/checkbox'
import { reasonLength } from '@/server/audit/rules'
import { useRolloutVerb } from './use-rollout-verb'
import type { Rollout } from './view-types'

type DialogProps = { rollout: Rollout; isOpen: boolean; onOpenChange: (isOpen: boolean) => void }
const reasonField = { label: 'Reason', hint: 'Stands in the audit log and on this page.', ...reasonLength }
const device = { one: 'device', many: 'devices' }

/** Devices of the rings that are not done yet. */
function waitingCount({ rings }: Rollout): number {
  return rings.filter((ring) => ring.state !== 'closed').reduce((sum, ring) => sum + ring.deviceCount, 0)
}
const devicesWord = (count: number) => (count === 1 ? 'device' : 'devices')

export function PauseDialog({ rollout, isOpen, onOpenChange }: DialogProps) {
  const { onDone, over, count } = useDialog(rollout, onOpenChange)
  const pause = useMutation(
    useTrpc().rollouts.pause.mutationOptions(onDone('Paused', 'No order and no start from now on.')),
  )
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, over, count, ...device }}
      what={`${devicesWord(count)} start nothing more until somebody resumes`}
      facts={[
        { label: 'What runs', value: 'Is finished, never killed. Soaks stand still.' },
        { label: 'Rollbacks', value: 'Go on: that is the safe direction.' },
      ]}
      reason={reasonField}
      verb="Pause"
      pendingWord="Pausing…"
      isPending={pause.isPending}
      error={pause.error && `Not paused: ${pause.error.message}`}
      onConfirm={({ reason }) => pause.mutate({ rolloutId: rollout.id, reason })}
    />
  )
}

export function ResumeDialog({ rollout, isOpen, onOpenChange }: DialogProps) {
  const { onDone, over, count } = useDialog(rollout, onOpenChange)
  const resume = useMutation(
    useTrpc().rollouts.resume.mutationOptions(onDone('Resumed', 'Soaks count on from where they stood.')),
  )
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, over, count, ...device }}
      what={`${devicesWord(count)} go on where they stood`}
      facts={[{ label: 'Soak', value: 'What was left counts from now; deadlines move by the pause.' }]}
      reason={reasonField}
      verb="Resume"
      pendingWord="Resuming…"
      isPending={resume.isPending}
      error={resume.error && `Not resumed: ${resume.error.message}`}
      onConfirm={({ reason }) => resume.mutate({ rolloutId: rollout.id, reason })}
    />
  )
}

export function PromoteDialog({ rollout, isOpen, onOpenChange }: DialogProps) {
  const { onDone, over } = useDialog(rollout, onOpenChange)
  const promote = useMutation(
    useTrpc().rollouts.promote.mutationOptions(onDone('Soak skipped', 'The gate decides now.')),
  )
  const ring = rollout.rings.find((one) => one.position === rollout.currentPosition)
  const next = rollout.rings.find((one) => one.position > rollout.currentPosition && one.phase === 'waiting')
  const count = next?.deviceCount ?? ring?.deviceCount ?? 0
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, over, count, ...device }}
      what={
        next
          ? `${devicesWord(count)} of ${next.name} come next, without the rest of the soak`
          : `${devicesWord(count)} are done without the rest of the soak`
      }
      facts={[
        { label: 'Skipped', value: `What is left of the soak of ${ring?.name ?? 'the ring'}.` },
        { label: 'Still holds', value: 'Enough proofs, the failure limit, every hold, and the window of each device.' },
      ]}
      reason={reasonField}
      verb="Promote for"
      pendingWord="Promoting…"
      isPending={promote.isPending}
      error={promote.error && `Not promoted: ${promote.error.message}`}
      onConfirm={({ reason }) => promote.mutate({ rolloutId: rollout.id, position: rollout.currentPosition, reason })}
    />
  )
}

export function AbortDialog({ rollout, isOpen, onOpenChange }: DialogProps) {
  const { onDone, over, count } = useDialog(rollout, onOpenChange)
  const abort = useMutation(useTrpc().rollouts.abort.mutationOptions(onDone('Aborted', 'What is installed stays.')))
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, over, count, ...device }}
      what={`${devicesWord(count)} get nothing more of this rollout, for good`}
      facts={[
        { label: 'Installed', value: 'Stays. Take it back with “Roll back…”.' },
        { label: 'Not started', value: 'Is free for the next rollout.' },
      ]}
      reason={reasonField}
      verb="Abort for"
      pendingWord="Aborting…"
      isDanger
      isPending={abort.isPending}
      error={abort.error && `Not aborted: ${abort.error.message}`}
      onConfirm={({ reason }) => abort.mutate({ rolloutId: rollout.id, reason })}
    />
  )
}

export function RollBackDialog({ rollout, isOpen, onOpenChange }: DialogProps) {
  const { onDone, over } = useDialog(rollout, onOpenChange)
  const back = useMutation(
    useTrpc().rollouts.rollBack.mutationOptions(
      onDone('Taking back', 'The newest ring first; each device proves it by re-scan.'),
    ),
  )
  const offered = rollout.patches.filter((patch) => patch.installed > 0 && !patch.takenBack)
  const [left, setLeft] = useState<readonly string[]>([])
  const chosen = offered.filter((patch) => !left.includes(patch.id))
  // Of several patches a device may have more than one: then it is installs that are counted.
  const isOne = chosen.length === 1
  const count = chosen.reduce((sum, patch) => sum + patch.installed, 0)
  const hard = chosen.reduce((sum, patch) => sum + patch.undo.none, 0)
  return (
    <ConfirmCount
      {...{ isOpen, onOpenChange, over, count }}
      one={isOne ? 'device' : 'install'}
      many={isOne ? 'devices' : 'installs'}
      what={`${isOne ? devicesWord(count) : count === 1 ? 'install is' : 'installs are'} ${isOne ? 'go back to the version before' : 'taken back'}`.replace(
        /^device go/,
        'device goes',
      )}
      facts={[
        { label: 'Then', value: 'Held for this client until somebody lifts it.' },
        ...(hard > 0 ? [{ label: 'Cannot be undone', value: `On ${plural(hard, 'device', 'devices')}.` }] : []),
      ]}
      reason={reasonField}
      verb="Roll back"
      pendingWord="Ordering…"
      isDanger
      isPending={back.isPending}
      error={
        chosen.length === 0 ? 'Choose at least one patch.' : back.error && `Not rolled back: ${back.error.message}`
      }
      onConfirm={({ reason }) => {
        if (chosen.length > 0) back.mutate({ rolloutId: rollout.id, patchIds: chosen.map((patch) => patch.id), reason })
      }}
    >
      <fieldset>
        <legend className="pb-1 font-medium text-body">Patches</legend>
        {offered.map((patch) => (
          <div key={patch.id} className="flex min-h-9 items-center justify-between gap-4 border-line border-b">
            <Checkbox
              isChecked={!left.includes(patch.id)}
              onChange={(isIn) => setLeft(isIn ? left.filter((id) => id !== patch.id) : [...left, patch.id])}
              label={
                <span className="mono">
                  {patch.name} {patch.version}
                </span>
              }
            />
            <span className="text-detail text-text-3">{formatCount(patch.installed)} installed</span>
          </div>
        ))}
      </fieldset>
    </ConfirmCount>
  )
}

function useDialog(rollout: Rollout, onOpenChange: (isOpen: boolean) => void) {
  const onDone = useRolloutVerb(() => onOpenChange(false))
  return { onDone, over: `R-${rollout.number} ${rollout.title}, ${rollout.client.name}`, count: waitingCount(rollout) }
}
