'use client'
import { type ReactElement, type ReactNode, useState } from 'react'
import { cn } from './cn'
import { type Fact, FactsList } from './facts-list'
import { FormDialog } from './form-dialog'
import { formatCount, plural } from './format.ts'
import { Button } from './ui/button'
import { Field } from './ui/field'
import { Input } from './ui/input'
import { Textarea } from './ui/textarea'

export type ConfirmWho = { key: string; count: number; name: ReactNode; how?: ReactNode }

type ConfirmCountProps = {
  trigger?: ReactElement
  isOpen?: boolean
  onOpenChange?: (isOpen: boolean) => void
  /** How many; first and largest. */
  count: number
  /** The thing that is counted: "device", "devices". */
  one: string
  many: string
  /** What happens to them, without the number: "devices at 3 clients get Chrome 128 at once". */
  what: ReactNode
  over?: ReactNode
  who?: readonly ConfirmWho[]
  /** Reason given, undo, users, cap. */
  facts?: readonly Fact[]
  /** The number is typed: for everything that reaches across clients. */
  isTyped?: boolean
  reason?: { label: string; hint?: ReactNode; minLength: number; maxLength: number }
  /** Begins the button, which repeats the number: "Approve for" gives "Approve for 9 devices". */
  verb: string
  pendingWord?: string
  isDanger?: boolean
  isPending?: boolean
  /** What went wrong: "Not approved: the connection broke. Nothing was sent. Try again." */
  error?: ReactNode
  onConfirm: (input: { reason: string }) => void
  /** Far left; opens its own question. */
  reject?: { label: string; onReject: () => void }
  children?: ReactNode
}

/** Asks before something reaches many: the number first, then what, who, why; the button says the number again. */
export function ConfirmCount({ isOpen, onOpenChange, ...props }: ConfirmCountProps) {
  const [isOpenInside, setIsOpenInside] = useState(false)
  const open = isOpen ?? isOpenInside
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const change = (next: boolean) => {
    setIsOpenInside(next)
    onOpenChange?.(next)
    if (next) return
    setTyped('')
    setReason('')
    setHasTried(false)
  }
  const { count, one, many, isTyped = false } = props
  const isNumberWrong = isTyped && typed.replace(/[\s,]/g, '') !== String(count)
  const isReasonShort = props.reason !== undefined && reason.trim().length < props.reason.minLength
  const confirm = () => {
    setHasTried(true)
    if (isNumberWrong || isReasonShort || props.isPending) return
    props.onConfirm({ reason: reason.trim() })
  }
  return (
    <FormDialog
      trigger={props.trigger}
      isOpen={open}
      onOpen={() => change(true)}
      onClose={() => change(false)}
      over={props.over}
      lead={
        <span aria-hidden className="font-semibold text-big-count">
          {formatCount(count)}
        </span>
      }
      title={
        <>
          <span className="sr-only">{formatCount(count)} </span>
          {props.what}
        </>
      }
      footerStart={
        props.reject ? (
          <Button variant="danger-text" className="-ml-3 max-wide:-ml-4" onClick={props.reject.onReject}>
            {props.reject.label}
          </Button>
        ) : null
      }
      verb={props.isPending && props.pendingWord ? props.pendingWord : `${props.verb} ${plural(count, one, many)}`}
      isPending={props.isPending}
      isDanger={props.isDanger}
      onSubmit={confirm}
      error={props.error}
    >
      {props.who ? <WhoList who={props.who} /> : null}
      {props.facts ? <FactsList facts={props.facts} isPair className="gap-1.5 wide:[&_dt]:w-32!" /> : null}
      {props.children}
      {props.reason ? (
        <Field
          label={props.reason.label}
          hint={props.reason.hint}
          error={
            hasTried && isReasonShort
              ? `Write at least ${plural(props.reason.minLength, 'letter', 'letters')}.`
              : undefined
          }
        >
          <Textarea
            rows={2}
            value={reason}
            maxLength={props.reason.maxLength}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
      ) : null}
      {isTyped ? (
        <Field
          label={`Type the number of ${many}`}
          error={hasTried && isNumberWrong ? `Type ${formatCount(count)} to go on.` : undefined}
        >
          <Input
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="w-28"
          />
        </Field>
      ) : null}
    </FormDialog>
  )
}

function WhoList({ who }: { who: readonly ConfirmWho[] }) {
  return (
    <ul className="-mt-4">
      {who.map((each) => (
        <li key={each.key} className="flex min-h-9 items-center gap-4 border-line border-b py-1">
          <span className={cn('w-8 text-right', each.count > 0 ? 'font-key' : 'text-text-3')}>
            {formatCount(each.count)}
          </span>
          <span className="min-w-0 flex-1 truncate">{each.name}</span>
          {each.how ? <span className="text-detail text-text-3">{each.how}</span> : null}
        </li>
      ))}
    </ul>
  )
}
