'use client'
import { useState } from 'react'

const unreached = 'Patchward could not be reached. Try again.'
const unusedPasskey = 'The passkey was not used. Try again, or take another way.'

/** What went wrong, as a sentence for the person. */
export function errorSentence(error: unknown): string {
  if (!(error instanceof Error)) return unreached
  // What the browser says when the person closed its dialog, or has no passkey for this place.
  if (['NotAllowedError', 'AbortError', 'InvalidStateError', 'SecurityError'].includes(error.name))
    return error.name === 'InvalidStateError' ? 'This device has a passkey here already.' : unusedPasskey
  if (!('data' in error) || typeof error.data !== 'object' || error.data === null)
    return error.cause instanceof TypeError ? unreached : error.message
  const fields = 'fields' in error.data ? error.data.fields : null
  const [first] = fields && typeof fields === 'object' ? Object.values(fields) : []
  return typeof first === 'string' ? first : error.message
}

/** Something a form does: one at a time, with the sentence of what went wrong. */
export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<void>) {
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (...args: Args) => {
    if (isPending) return
    setPending(true)
    setError(null)
    try {
      await work(...args)
    } catch (failure) {
      setError(errorSentence(failure))
    }
    setPending(false)
  }
  return { run, isPending, error, clear: () => setError(null) }
}
