import { useState } from 'react'
import { ConfirmCount } from '@/components/confirm-count'
import { formatDate, plural, pluralWord, startOfLocalDay } from '@/components/format'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reasonLength } from '@/server/audit/rules'
import { mayBeForAll } from './approve-dialog'
import type { DecisionProps } from './decisions'
import { type Scope, ScopeField, targetOf } from './scope-field'
import { useDecision } from './use-decision'
import { whoOf } from './who-of'

type Stop = 'reject' | 'defer' | 'hold'
type StopDialogProps = DecisionProps & { verb: Stop | null; onClose: () => void }

const dayMs = 24 * 3_600_000
const weekDays = 7

const words: Record<Stop, { verb: string; done: string; pending: string; what: string; effect: string }> = {
  reject: {
    verb: 'Reject for',
    done: 'rejected',
    pending: 'Rejecting…',
    what: 'will not get',
    effect: 'It stays missing and counts as missing. No rule approves it until the decision is withdrawn.',
  },
  defer: {
    verb: 'Defer for',
    done: 'deferred',
    pending: 'Deferring…',
    what: 'wait for',
    effect: 'Until that day nothing approves it; then rules and approvals count again.',
  },
  hold: {
    verb: 'Hold for',
    done: 'held',
    pending: 'Holding…',
    what: 'may not start',
    effect: 'At once, in rollouts under way too. What is installed stays; a person lifts the hold.',
  },
}

/** Reject, defer or hold at the ticked clients: how many lack it, what follows, why. */
export function StopDialog({ data, choice, timeZone, verb, onClose }: StopDialogProps) {
  const [scope, setScope] = useState<Scope>('these')
  const [day, setDay] = useState(() => isoDay(startOfLocalDay(data.asOf, timeZone, weekDays) + dayMs / 2))
  const [dayError, setDayError] = useState<string>()
  const { decide, hold, finish } = useDecision(onClose)
  const name = `${data.patch.name} ${data.patch.version}`
  const { clients, devices } = choice
  const said = words[verb ?? 'reject']
  const canBeForAll = verb === 'hold' ? data.may.decideForAll.can && isWhole(data, choice) : mayBeForAll(data, choice)
  const confirm = (reason: string) => {
    const input = { patchId: data.patch.id, ...targetOf(choice, canBeForAll, scope), reason }
    const onSuccess = () =>
      finish(
        `${name} ${said.done} at ${plural(clients.length, 'client', 'clients')}`,
        `${plural(devices, 'device lacks', 'devices lack')} it there. ${said.effect}`,
      )
    if (verb === 'hold')
      return hold.mutate(input, {
        onSuccess: ({ holds }) =>
          holds > 0 ? onSuccess() : finish(`${name} was held there already`, 'The hold that stands keeps its reason.'),
      })
    if (verb === 'reject') return decide.mutate({ ...input, kind: 'reject' }, { onSuccess })
    const until = startOfDay(day, timeZone)
    if (until === null || until <= data.asOf) return setDayError('Choose a day after today.')
    decide.mutate({ ...input, kind: 'defer', deferUntil: until }, { onSuccess })
  }
  const error = verb === 'hold' ? hold.error : decide.error
  return (
    <ConfirmCount
      isOpen={verb !== null}
      onOpenChange={(next) => (next ? undefined : onClose())}
      over={said.effect}
      count={devices}
      one="device"
      many="devices"
      what={`${pluralWord(devices, 'device', 'devices')} at ${plural(clients.length, 'client', 'clients')} ${said.what} ${name}`}
      who={whoOf(clients, (client) => client.devices)}
      isTyped={clients.length > 1}
      isDanger={verb !== 'defer'}
      reason={{ label: 'Reason', hint: 'It stands on the page of every device and in the audit log.', ...reasonLength }}
      verb={said.verb}
      pendingWord={said.pending}
      isPending={decide.isPending || hold.isPending}
      error={error ? `Not ${said.done}: ${error.message}` : undefined}
      onConfirm={({ reason }) => confirm(reason)}
    >
      {verb === 'defer' ? (
        <Field label="Until" hint={untilHint(day, timeZone, data.asOf)} error={dayError}>
          <Input
            type="date"
            className="w-44"
            value={day}
            onChange={(event) => {
              setDay(event.target.value)
              setDayError(undefined)
            }}
          />
        </Field>
      ) : null}
      <ScopeField choice={choice} canBeForAll={canBeForAll} scope={scope} onChange={setScope} />
    </ConfirmCount>
  )
}

const isWhole = (data: DecisionProps['data'], choice: DecisionProps['choice']) =>
  choice.clients.length === data.clients.length

const isoDay = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)

/** The first moment of a typed day in the zone of the page. */
function startOfDay(day: string, timeZone: string): Date | null {
  const noonMs = Date.parse(`${day}T12:00:00Z`)
  return Number.isNaN(noonMs) ? null : new Date(startOfLocalDay(noonMs, timeZone))
}

function untilHint(day: string, timeZone: string, now: Date): string {
  const at = startOfDay(day, timeZone)
  return at ? `${formatDate(at, timeZone, now)} 00:00, ${timeZone}` : 'A day such as 2026-12-31'
}
