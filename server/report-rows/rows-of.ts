import { type SQL, sql } from 'drizzle-orm'
import {
  firstTriesOf,
  type Month,
  proofsOf,
  restartsOf,
  sparedOf,
  standingAt,
  undoneOf,
  withinMonth,
} from '../reports/month-rows.ts'
import type { NumberName } from './rules.ts'

/** The month of a frozen report, and for which moment its standings hold. */
export interface FrozenMonth extends Month {
  clientId: string
  standsAt: Date
}

/** What a row may hold; the one column that orders them first is `place`. */
const columns = (held: Partial<Record<'patchId' | 'at' | 'standing' | 'severity' | 'days' | 'dueAt' | 'good', SQL>>) =>
  sql`device_id, ${held.patchId ?? sql`null::uuid`} as patch_id, ${held.at ?? sql`null::timestamptz`} as at,
    ${held.standing ?? sql`null::text`} as standing, ${held.severity ?? sql`null::text`} as severity,
    ${held.days ?? sql`null::numeric`} as days, ${held.dueAt ?? sql`null::timestamptz`} as due_at, ${held.good ?? sql`null::boolean`} as is_good`

/** The rows that a number of a frozen month is the count of. */
export function rowsOf(name: NumberName, month: FrozenMonth): SQL {
  const { clientId, from, standsAt } = month
  const within = withinMonth(month)
  const standing = (which: SQL) =>
    sql`select ${columns({ at: sql`at`, standing: sql`standing` })} from (${standingAt(clientId, standsAt)}) t where ${which}`
  const is = (word: string) => standing(sql`standing = ${word}`)
  const missing = (here: Date, there: Date) => sql`
    select ${columns({})} from (${standingAt(clientId, here)}) t
    where not exists (select from (${standingAt(clientId, there)}) o where o.device_id = t.device_id)`
  const once = (rows: SQL, at: SQL) =>
    sql`select ${columns({ at: sql`max(${at})` })} from (${rows}) t group by device_id`
  const installs = (which: SQL) => sql`
    select ${columns({ patchId: sql`patch_id`, at: sql`proved_at`, severity: sql`severity`, days: sql`days`, dueAt: sql`due_at`, good: sql`proved_at <= due_at` })}
    from (${proofsOf(clientId, within)}) t where ${which}`
  const tries = (which: SQL) => sql`
    select ${columns({ patchId: sql`patch_id`, at: sql`first_ended_at`, good: sql`is_first_proved` })}
    from (${firstTriesOf(clientId, within)}) t where ${which}`
  switch (name) {
    case 'computers':
      return standing(sql`true`)
    case 'protected':
    case 'late':
    case 'held':
    case 'excepted':
    case 'wait-for-restart':
    case 'no-data':
      return is(name)
    case 'silent':
      return standing(sql`is_silent`)
    case 'came':
      return missing(standsAt, from)
    case 'left':
      return missing(from, standsAt)
    case 'restarts':
      return sql`select ${columns({ at: sql`at` })} from (${restartsOf(clientId, month)}) t`
    case 'restarted-computers':
      return once(restartsOf(clientId, month), sql`at`)
    case 'installed':
      return installs(sql`true`)
    case 'updated-computers':
      return once(proofsOf(clientId, within), sql`proved_at`)
    case 'with-due-date':
      return installs(sql`due_at is not null`)
    case 'in-time':
      return installs(sql`proved_at <= due_at`)
    case 'first-tries':
      return tries(sql`true`)
    case 'first-tries-proved':
      return tries(sql`is_first_proved`)
    case 'taken-back':
      return sql`select ${columns({ patchId: sql`patch_id`, at: sql`undone_at` })} from (${undoneOf(clientId, within)}) t`
    case 'spared':
      return sql`select ${columns({ patchId: sql`patch_id` })} from (${sparedOf(clientId, within)}) t`
  }
}
