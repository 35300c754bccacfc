'use client'
import { askOnce } from '@/app/_trpc/account-step-up'
import { paths } from '@/server/paths'

const unreached = 'Patchward could not be reached. Try again.'

type Purpose = 'sign-in' | 'link' | 'enrol' | 'step-up'

/** Sends this browser to a directory, after a proof of the person where that is wanted. Throws the sentence of what went wrong. */
export async function goToDirectory(provider: string, purpose: Purpose): Promise<void> {
  const answer = await call(paths.directory(), { provider, purpose })
  if (typeof answer === 'object' && answer && 'url' in answer) window.location.assign(String(answer.url))
}

export const unlinkDirectory = (provider: string, subject: string) =>
  call(paths.unlinkDirectory(), { provider, subject })

async function call(path: string, input: Record<string, string>, mayAsk = true): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new Error(unreached)
  })
  const answer: unknown = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const { code, message } = refusalIn(answer)
  if (code === 'PRECONDITION_REQUIRED' && mayAsk && (await askOnce())) return call(path, input, false)
  throw new Error(message)
}

function refusalIn(answer: unknown): { code: string; message: string } {
  const error = typeof answer === 'object' && answer && 'error' in answer ? answer.error : null
  if (typeof error !== 'object' || !error || !('message' in error)) return { code: '', message: unreached }
  return { code: 'code' in error ? String(error.code) : '', message: String(error.message) }
}
