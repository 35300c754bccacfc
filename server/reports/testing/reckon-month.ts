import type { Sql, TransactionSql } from 'postgres'
import type { Report } from '../document.ts'
import type { Excepted } from './month-world.ts'
import type { Said } from './wire-log.ts'

export interface Held {
  ref: string
  client: string
  since: Date
  until: Date | null
}

/** Puts what was said and held where SQL can read it: tables of the test's own, which the product knows nothing of. */
export async function storeSaid(
  owner: Sql,
  said: readonly Said[],
  held: readonly Held[],
  excepted: readonly Excepted[],
): Promise<void> {
  await owner`create table excepted as select * from jsonb_to_recordset(${JSON.stringify(excepted)}::text::jsonb)
    as x (ref text, client uuid, device uuid, since timestamptz, "lastDay" date, until timestamptz)`
  await owner`create table held as select * from jsonb_to_recordset(${JSON.stringify(held)}::text::jsonb)
    as x (ref text, client uuid, since timestamptz, until timestamptz)`
  await owner`create table said (n bigint generated always as identity primary key, at timestamptz not null, client uuid not null, device uuid,
    kind text not null, body jsonb not null)`
  const atOnce = 10_000
  for (let from = 0; from < said.length; from += atOnce)
    await owner`insert into said (at, client, device, kind, body)
      select x.at, x."clientId", x."deviceId", x.kind, x.body
      from jsonb_to_recordset(${JSON.stringify(said.slice(from, from + atOnce))}::text::jsonb)
        as x (at timestamptz, "clientId" uuid, "deviceId" uuid, kind text, body jsonb)`
  await owner`create index on said (kind, device, at, n)`
  await owner`create table seen as select l->>'ref' as ref, l->>'classification' as classification, l->>'severity' as severity, min(at) as first_at
    from said cross join jsonb_array_elements(body->'lacked') l where kind = 'looked' group by 1, 2, 3`
  await owner`analyze said`
}

type Query = Sql | TransactionSql

export interface Asked {
  clientId: string
  timeZone: string
  hasPack: boolean
  from: Date
  to: Date
}
export type Reckoned = Pick<Report, 'computers' | 'silent' | 'changes' | 'restarts' | 'updates' | 'takenBack'>

/**
 * The numbers of a month from what devices and people said, by SQL that shares nothing with the product: no table, view or function of it. The
 * definitions are those of DESIGN and of `document.ts`, written a second time. Which patch was held when, by whom ever, is told by
 * the holds that were set: the breaker sets some by itself.
 */
export async function reckonMonth(owner: Sql, asked: Asked): Promise<Reckoned> {
  const { clientId, from, to } = asked
  const standing = await owner.begin(async (tx) => {
    await tx`create temp table ended on commit drop as ${placesAt(tx, to)}`
    await tx`create temp table begun on commit drop as ${placesAt(tx, from)}`
    const [row] = await tx`
      with here as (select device from ended where client = ${clientId}),
      heard as (select device, max(at) as at from said where kind = 'heard' and at < ${to} group by 1),
      good as (select distinct on (device) device, at, n, body from said where kind = 'looked' and at < ${to} order by device, at desc, n desc),
      blind as (select s.device, min(s.at) as since from said s left join good g using (device)
        where s.kind = 'trouble' and s.at < ${to} and (g.at is null or s.at > g.at) group by 1),
      waits as (select distinct on (device) device, (body->>'isPending')::boolean as is_pending from said
        where kind = 'restart' and at < ${to} order by device, at desc, n desc),
      due as (${duesOf(tx, asked)}),
      stopped as (select distinct ref from held where (client is null or client = ${clientId}) and since < ${to} and (until is null or until >= ${to})),
      agreed as (select ref, device from excepted where client = ${clientId} and since < ${to} and (until is null or until >= ${to})
        and ("lastDay" + 1)::timestamp at time zone ${asked.timeZone} >= ${to}),
      overdue as (select g.device, bool_or(s.ref is null and not a.is_agreed) as is_open, bool_or(a.is_agreed) as is_agreed
        from good g cross join jsonb_array_elements(g.body->'lacked') l join due d on d.ref = l->>'ref' and d.due_at < ${to}
          left join stopped s on s.ref = l->>'ref'
          cross join lateral (select exists (select from agreed where ref = l->>'ref' and (device is null or device = g.device)) as is_agreed) a
        group by 1),
      judged as (
        select h.device, case when a.at < ${to}::timestamptz - interval '72 hours' or b.since < ${to}::timestamptz - interval '72 hours' then 'noData'
            when o.device is not null then case when o.is_open then 'late' when o.is_agreed then 'excepted' else 'held' end
            when coalesce(w.is_pending, false) then 'waitForRestart' else 'protected' end as standing,
          a.at < ${to}::timestamptz - interval '3 hours' and a.at >= ${to}::timestamptz - interval '72 hours'
            and not coalesce(b.since < ${to}::timestamptz - interval '72 hours', false) as is_silent
        from here h join heard a using (device) left join blind b using (device) left join overdue o using (device) left join waits w using (device))
      select count(*)::int as all, sum((standing = 'protected')::int)::int as protected, sum((standing = 'late')::int)::int as late,
        sum((standing = 'held')::int)::int as held, sum((standing = 'excepted')::int)::int as excepted, sum((standing = 'waitForRestart')::int)::int as "waitForRestart",
        sum((standing = 'noData')::int)::int as "noData", sum(is_silent::int)::int as silent,
        (select count(*)::int from here where device not in (select device from begun where client = ${clientId})) as came,
        (select count(*)::int from begun where client = ${clientId} and device not in (select device from here)) as left
      from judged`
    return row
  })
  const { silent, came, left, ...computers } = standing ?? {}
  return {
    // The columns of the statement above.
    computers: computers as unknown as Reckoned['computers'],
    silent,
    changes: { came, left },
    restarts: await reckonRestarts(owner, asked),
    updates: await reckonUpdates(owner, asked),
    takenBack: await reckonTakenBack(owner, asked),
  }
}

/** Where each device belonged at a moment. */
const placesAt = (sql: Query, at: Date) => sql`
  select device, client from (select distinct on (device) device, client, kind from said where kind in ('came', 'left') and at < ${at}
    order by device, at desc, n desc) newest where kind = 'came'`

/** The policy asks seven days for security, Cyber Essentials fourteen for what is important; by the wall clock, from the first sight at the MSP. */
const duesOf = (sql: Query, { timeZone, hasPack }: Asked) => sql`
  select ref, least(case when classification = 'security' then (first_at at time zone ${timeZone} + interval '7 days') at time zone ${timeZone} end,
    case when ${hasPack} and severity in ('critical', 'important')
      then (first_at at time zone ${timeZone} + interval '14 days') at time zone ${timeZone} end) as due_at
  from seen`

/** From waiting to not waiting, where a device was when it happened. */
async function reckonRestarts(owner: Sql, { clientId, from, to }: Asked): Promise<Reckoned['restarts']> {
  const [row] = await owner<{ done: number; computers: number }[]>`
    select count(*)::int as done, count(distinct device)::int as computers from said s
    where kind = 'restart' and not (body->>'isPending')::boolean and client = ${clientId} and at >= ${from} and at < ${to}
      and coalesce((select (p.body->>'isPending')::boolean from said p where p.kind = 'restart' and p.device = s.device and (p.at, p.n) < (s.at, s.n)
        order by p.at desc, p.n desc limit 1), false)`
  return row ?? null
}

/** What an install order brought in the month, unless it was taken back in it. */
const installs = (sql: Query, { clientId, from, to }: Asked) => sql`
  select s.device, s.body->>'ref' as ref, s.at, extract(epoch from s.at - f.first_at) / 86400 as days, f.severity
  from said s join seen f on f.ref = s.body->>'ref'
  where s.kind = 'outcome' and s.client = ${clientId} and s.body->>'verb' = 'install' and s.body->>'outcome' = 'installed'
    and s.at >= ${from} and s.at < ${to}
    and not exists (select from said u where u.kind = 'outcome' and u.device = s.device and u.body->>'ref' = s.body->>'ref'
      and u.body->>'outcome' = 'rolled-back' and u.at >= s.at and u.at < ${to})`

async function reckonUpdates(owner: Sql, asked: Asked): Promise<Reckoned['updates']> {
  const { clientId, from, to } = asked
  const rows = await owner<
    { device: string; ref: string; days: number; severity: string; has_due: boolean; in_time: boolean }[]
  >`
    select i.device, i.ref, greatest(0, i.days)::float8 as days, i.severity, d.due_at is not null as has_due, coalesce(i.at <= d.due_at, false) as in_time
    from (${installs(owner, asked)}) i left join (${duesOf(owner, asked)}) d using (ref)`
  const [tries] = await owner<{ all: number; proved: number }[]>`
    select count(*)::int as all, count(*) filter (where outcome = 'installed')::int as proved from (
      select distinct on (device, body->>'ref') at, body->>'outcome' as outcome from said
      where kind = 'outcome' and client = ${clientId} order by device, body->>'ref', at, n) first
    where at >= ${from} and at < ${to}`
  const severities = ['critical', 'important', 'moderate', 'low', 'unknown'].filter((word) =>
    rows.some((row) => row.severity === word),
  )
  return {
    installed: rows.length,
    computers: new Set(rows.map((row) => row.device)).size,
    medianDays: nearestRank(rows, 0.5),
    p95Days: nearestRank(rows, 0.95),
    bySeverity: severities.map((severity) => {
      const some = rows.filter((row) => row.severity === severity)
      return {
        severity,
        installed: some.length,
        medianDays: nearestRank(some, 0.5) ?? 0,
        p95Days: nearestRank(some, 0.95) ?? 0,
      }
    }),
    withDueDate: rows.filter((row) => row.has_due).length,
    inTime: rows.filter((row) => row.in_time).length,
    firstTries: tries?.all ?? 0,
    firstTriesProved: tries?.proved ?? 0,
  }
}

/** The smallest number that so large a share does not exceed, to two places; null of none. */
function nearestRank(rows: readonly { days: number }[], share: number): number | null {
  const days = rows.map((row) => row.days).sort((a, b) => a - b)
  const at = days[Math.ceil(share * days.length) - 1]
  return at === undefined ? null : Math.round(at * 100) / 100
}

/** What was in and came out again, and who was to get it and never did: of those that were still there when somebody stopped it. */
async function reckonTakenBack(owner: Sql, { clientId, from, to }: Asked): Promise<Reckoned['takenBack']> {
  const rows = await owner<{ ref: string; computers: number; spared: number }[]>`
    select ref, computers, (select count(distinct p.device)::int from said p where p.kind = 'planned' and p.client = ${clientId}
        and p.body->>'ref' = undone.ref and stopped_at is not null
        and not exists (select from said o where o.kind = 'outcome' and o.device = p.device and o.body->>'ref' = undone.ref)
        and not exists (select from said g where g.kind = 'left' and g.device = p.device and g.client = ${clientId} and g.at < stopped_at)) as spared
    from (select body->>'ref' as ref, count(distinct device)::int as computers from said
      where kind = 'outcome' and client = ${clientId} and body->>'outcome' = 'rolled-back' and at >= ${from} and at < ${to} group by 1) undone
      left join (select ref, min(since) as stopped_at from held where client is null or client = ${clientId} group by 1) stopped using (ref)
    order by computers desc, ref`
  return rows.map(({ ref, ...row }) => ({ patch: ref.replace('=', ' '), ...row, reason: '' }))
}
