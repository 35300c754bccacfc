import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { type ExceptionLine, findExceptions } from './queries.ts'

/**
 * The exceptions of a client that kept something off at some time from `from` to `to`, those that end first at the top, in the state that they
 * had in its last moment. What was never agreed on is not among them.
 */
export function findExceptionsOfMonth(
  tx: Tx,
  clientId: string,
  { from, to }: { from: Date; to: Date },
): Promise<ExceptionLine[]> {
  const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`
  return findExceptions(tx, new Date(to.getTime() - 1), {
    where: sql`e.client_id = ${clientId} and e.answer = 'accepted' and e.answered_at < ${at(to)} and e.expires_at > ${at(from)}
      and (e.ended_at is null or e.ended_at > ${at(from)})`,
    order: sql`e.expires_at, e.id`,
  })
}
