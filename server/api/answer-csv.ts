import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { pino } from 'pino'
import { contextOf } from '../auth/contexts.ts'
import { findFullSession, type SessionRow } from '../auth/sessions.ts'
import type { Context } from '../context.ts'
import { csvLists } from '../csv/lists.ts'
import { csvFileName } from '../csv/rules.ts'
import { csvListNames } from '../csv/schema.ts'
import { streamCsv } from '../csv/stream-csv.ts'
import { rootCause } from '../database-error.ts'
import { DomainError, notFound } from '../errors.ts'
import { translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

interface Asked {
  msp: string
  list: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of CSV files, under the rights of who asks; each page reads them anew, so that a revoked session ends the file too. */
export async function answerCsv(request: Request, { msp, list, findSignedIn }: Asked): Promise<Response> {
  try {
    const site = request.headers.get('sec-fetch-site')
    if (site !== null && site !== 'same-origin' && site !== 'none')
      throw new DomainError('forbidden', 'This request did not come from a page of Patchward.')
    const signedIn = await findSignedIn()
    if (!signedIn) return say(401, 'Sign in to go on.')
    const { table, name } = getList(list)
    let last: Context = await contextOf(signedIn, msp)
    let isFirst = true
    const renew = async () => {
      if (!isFirst) {
        const session = await findFullSession(signedIn.tokenHash, new Date())
        if (!session) throw new DomainError('forbidden', 'The session has ended.')
        last = await contextOf(session, msp)
      }
      isFirst = false
      return last
    }
    const query = Object.fromEntries(new URL(request.url).searchParams)
    const body = await streamCsv(table, query, renew)
    return new Response(body, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${csvFileName(msp, name, last.now)}"`,
        'cache-control': 'private, no-store',
      },
    })
  } catch (error) {
    return answerError(error)
  }
}

function getList(list: string) {
  const name = csvListNames.find((each) => each === list)
  if (!name) throw notFound('This list')
  return { name, table: csvLists[name] }
}

/** The same codes and sentences as the procedures have. */
function answerError(cause: unknown): Response {
  const { error, isUnknown } = translateError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }))
  if (isUnknown && cause instanceof Error) log.error({ err: rootCause(cause) }, 'a CSV file could not be made')
  return say(getHTTPStatusCodeFromError(error), error.message)
}

const say = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  })
