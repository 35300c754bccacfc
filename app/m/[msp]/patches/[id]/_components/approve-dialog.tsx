import { useState } from 'react'
import { ConfirmCount } from '@/components/confirm-count'
import { formatCount, formatList, plural, pluralWord } from '@/components/format'
import { reasonLength } from '@/server/audit/rules'
import { proposedWords } from '../../../_components/proposed-words'
import { describeUndo } from '../../_components/patch-words'
import type { DecisionProps } from './decisions'
import type { Choice, PatchClient } from './patch-types'
import { type Scope, ScopeField, targetOf } from './scope-field'
import { useDecision } from './use-decision'
import { whoOf } from './who-of'

type ApproveDialogProps = DecisionProps & { isOpen: boolean; onClose: () => void; onReject: () => void }

/** How many get it, who, whether it can be undone; across clients the number is typed. */
export function ApproveDialog({ data, choice, isOpen, onClose, onReject }: ApproveDialogProps) {
  const [scope, setScope] = useState<Scope>('these')
  const { decide, finish } = useDecision(onClose)
  const name = `${data.patch.name} ${data.patch.version}`
  const { run, clients } = choice
  const isCounted = run.devices > 0
  const count = isCounted ? run.devices : clients.length
  const canBeForAll = mayBeForAll(data, choice)
  const confirm = (reason: string) =>
    decide.mutate(
      {
        patchId: data.patch.id,
        kind: 'approve',
        ...targetOf(choice, canBeForAll, scope),
        reason,
      },
      {
        onSuccess: (answer) => {
          const proposed = proposedWords(answer)
          return proposed
            ? finish(proposed.title, proposed.detail)
            : finish(
                `${name} approved at ${plural(clients.length, 'client', 'clients')}`,
                isCounted
                  ? `${plural(run.devices, 'device', 'devices')} will get it, ring by ring.`
                  : 'No device gets it yet: the dry run says why.',
              )
        },
      },
    )
  return (
    <ConfirmCount
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      over="Approve, with the dry run as it stands"
      count={count}
      one={isCounted ? 'device' : 'client'}
      many={isCounted ? 'devices' : 'clients'}
      what={
        isCounted
          ? `${pluralWord(count, 'device', 'devices')} at ${plural(run.clients, 'client', 'clients')} ${count === 1 ? 'gets' : 'get'} ${name}, ring by ring`
          : `${pluralWord(count, 'client', 'clients')} ${count === 1 ? 'approves' : 'approve'} ${name}; no device gets it yet`
      }
      who={whoOf(clients, (client) => client.dryRun.devices, ringsOf)}
      facts={factsOf(choice)}
      isTyped={clients.length > 1}
      reason={{ label: 'Reason, if there is one to keep', ...reasonLength, minLength: 0 }}
      verb={isCounted ? 'Approve for' : 'Approve at'}
      pendingWord="Approving…"
      isPending={decide.isPending}
      error={decide.error ? `Not approved: ${decide.error.message}` : undefined}
      onConfirm={({ reason }) => confirm(reason)}
      reject={{ label: 'Reject with a reason…', onReject }}
    >
      <ScopeField choice={choice} canBeForAll={canBeForAll} scope={scope} onChange={setScope} />
    </ConfirmCount>
  )
}

/** For all clients only where that says the same as the ticks: every client ticked, nobody decided otherwise. */
export function mayBeForAll(data: PatchData, choice: Choice): boolean {
  return (
    data.may.decideForAll.can &&
    choice.clients.length === data.clients.length &&
    data.clients.every((client) =>
      client.standing.tallies.every((tally) => tally.state !== 'rejected' && tally.state !== 'deferred'),
    )
  )
}
type PatchData = DecisionProps['data']

function ringsOf({ dryRun, hasTestDevice }: PatchClient): string {
  if (!hasTestDevice) return 'no test device'
  if (dryRun.rings.length === 0) return 'none now'
  return dryRun.rings.map((ring) => `${ring.name} ${formatCount(ring.devices)}`).join(', then ')
}

function factsOf({ run, clients }: Choice) {
  const untested = clients.filter((client) => !client.hasTestDevice).map((client) => client.name)
  const open = run.undo.none > 0 ? `; not: ${formatList(run.notUndoable, 3)}` : ''
  return [
    ...(run.devices > 0 ? [{ label: 'Can be undone', value: `${describeUndo(run.undo)}${open}` }] : []),
    ...(untested.length > 0 ? [{ label: 'No test device', value: formatList(untested) }] : []),
    ...(clients.length > 1
      ? [{ label: 'Second person', value: 'Asked to confirm, since it reaches more than one client.' }]
      : []),
    { label: 'If it fails', value: 'It is held and taken back by itself at its gate.' },
  ]
}
