'use client'
import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { AnyRouter } from '@trpc/server/unstable-core-do-not-import'
import { errorCodeOf } from './query-client'

/** Opens the dialog; answers whether the person proved that it is them. */
type Ask = () => Promise<boolean>
let ask: Ask | undefined
let asking: Promise<boolean> | undefined

/** The dialog of this page says how it is opened. Answers how to take that back. */
export function setStepUpDialog(open: Ask): () => void {
  ask = open
  return () => {
    if (ask === open) ask = undefined
  }
}

/** However many mutations want a proof at once, the person is asked once. */
export function askOnce(): Promise<boolean> {
  asking ??= (ask?.() ?? Promise.resolve(false)).finally(() => {
    asking = undefined
  })
  return asking
}

const refused = 'Nothing was changed: it was not proved that it is you.'

/** A mutation that wants a fresh proof of the person asks for it by itself, and is sent once more when it was given. */
export const stepUpLink: TRPCLink<AnyRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let sent = { unsubscribe() {} }
      let isOver = false
      const send = (mayAsk: boolean) => {
        sent = next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error(error) {
            if (!mayAsk || op.type !== 'mutation' || errorCodeOf(error) !== 'PRECONDITION_REQUIRED')
              return observer.error(error)
            askOnce().then((isProved) => {
              if (isOver) return
              if (isProved) send(false)
              else observer.error(TRPCClientError.from(new Error(refused)))
            })
          },
        })
      }
      send(true)
      return () => {
        isOver = true
        sent.unsubscribe()
      }
    })
