import { drizzle } from 'drizzle-orm/postgres-js'
import postgres, { type Row, type Sql } from 'postgres'
import { listAudit } from '../../server/audit/queries.ts'
import { listClientRisks } from '../../server/clients/list-client-risks.ts'
import { listDevices } from '../../server/devices/list-devices.ts'
import { listHolds } from '../../server/holds/queries.ts'
import { countForNavigation } from '../../server/navigation/queries.ts'
import { listPatches } from '../../server/patches/list-patches.ts'
import { listReports } from '../../server/reports/queries.ts'
import { listRollouts } from '../../server/rollouts/list-rollouts.ts'
import type { Measurement } from './measurement.ts'
import { makePageWorld, readerOf } from './page-world.ts'

const devices = 1_000_000
const rounds = 21

interface Statement {
  text: string
  parameters: readonly unknown[]
}

/** One way to send the statements of a page. */
interface Side {
  sql: Sql
  statements: readonly Statement[]
}

/**
 * What row-level security costs: every statement that a list page sends, under the policies and as somebody would write it who has none, by
 * EXPLAIN ANALYZE (planning and execution). By hand each table is asked for the rows of the MSP and for nothing more; who knows that they
 * may see everything could leave out even that, which is measured too. Both run as the owner, whom nothing holds in this database.
 */
export async function run(): Promise<Measurement[]> {
  const seen: Statement[] = []
  const world = await makePageWorld({
    devices,
    hasBigMsp: false,
    watch: (text, parameters) => seen.push({ text, parameters: [...parameters] }),
  })
  const web = postgres(world.webUrl, { max: 1, onnotice: () => {} })
  // Drizzle sends JSON and dates as it made them: the same parameters must not be made a second time.
  for (const client of [web, world.owner]) drizzle(client)
  try {
    // As a person who sees all clients: the same rows with and without the policies.
    const ctx = readerOf(world.mspId)
    const pages: [string, () => Promise<unknown>][] = [
      ['navigation', () => countForNavigation(ctx)],
      ['devices', () => listDevices(ctx, { filter: 'all' })],
      ['devices, failed', () => listDevices(ctx, { filter: 'failed' })],
      ['devices, searched', () => listDevices(ctx, { filter: 'all', search: 'host-0777' })],
      ['clients', () => listClientRisks(ctx)],
      ['patches', () => listPatches(ctx, { search: '' })],
      ['rollouts', () => listRollouts(ctx, {})],
      ['holds', () => listHolds(ctx, { state: 'standing' })],
      ['reports', () => listReports(ctx, {})],
      ['audit log', () => listAudit(ctx, {})],
    ]
    const tenantTables = await findTenantTables(world.owner)
    const figures: Measurement[] = []
    for (const [name, page] of pages) {
      await page()
      seen.length = 0
      await page()
      const statements = seen.filter(({ text }) => /^\s*(select|with)/i.test(text) && !text.includes('set_config'))
      const walled = { sql: web, statements }
      const byHand = {
        sql: world.owner,
        statements: await Promise.all(
          statements.map((one) => writeByHand(world.owner, one, tenantTables, world.mspId)),
        ),
      }
      await expectSameRows(walled, byHand, world.mspId)
      const [wall = 0, hand = 0, bare = 0] = await explainInTurn(
        [walled, byHand, { sql: world.owner, statements }],
        world.mspId,
      )
      figures.push({
        name: `${name}, ${statements.length} statements`,
        value: round(wall),
        limit: round(hand),
        unit: 'ms',
        note: `EXPLAIN ANALYZE at ${devices.toLocaleString('en')} devices of one MSP, median of ${rounds}; limit: by hand, budget 1.5; asking for no MSP at all ${round(bare)} (${round(wall / bare)})`,
      })
    }
    return figures
  } finally {
    await web.end()
    await world.drop()
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100

/** Tables with rows of more than one MSP. */
async function findTenantTables(owner: Sql): Promise<Set<string>> {
  const tables = await owner`select relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'public'::regnamespace and relkind = 'r' and attname = 'msp_id' and not attisdropped`
  return new Set(tables.map(({ name }) => name))
}

/**
 * The statement with the MSP's own rows in the place of each table. Where it groups by a key and reads the row's other columns, which only a
 * table allows, it stays as it is: then the wall is compared with a statement that asks for no MSP.
 */
async function writeByHand(
  owner: Sql,
  { text, parameters }: Statement,
  tables: ReadonlySet<string>,
  mspId: string,
): Promise<Statement> {
  const notAnAlias = 'where|on|left|join|inner|cross|order|group|limit|union|set'
  const source = new RegExp(`\\b(from|join)\\s+"?(\\w+)"?(?:\\s+(?!(?:${notAnAlias})\\b)"?(\\w+)"?)?`, 'gi')
  const written = text.replace(source, (all, word: string, table: string, alias = table) =>
    tables.has(table) ? `${word} (select * from ${table} where msp_id = '${mspId}') "${alias}"` : all,
  )
  try {
    await owner.unsafe(`explain ${written}`, parameters as never[])
    return { text: written, parameters }
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === '42803') return { text, parameters }
    throw error
  }
}

/** @throws Error where the two sides do not answer the same. */
async function expectSameRows(walled: Side, byHand: Side, mspId: string): Promise<void> {
  const [one, other] = await Promise.all(
    [walled, byHand].map((side) => inTurn(side, mspId, (rows) => JSON.stringify(rows))),
  )
  if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error('by hand the page reads other rows')
}

/** Medians of the rounds for each side, the sides in turn: what the machine does meanwhile falls on all. */
async function explainInTurn(sides: readonly Side[], mspId: string): Promise<number[]> {
  const totals: number[][] = sides.map(() => [])
  for (let turn = -1; turn < rounds; turn++)
    for (const [place, { sql, statements }] of sides.entries()) {
      const explained = statements.map((one) => ({
        ...one,
        text: `explain (analyze, timing off, format json) ${one.text}`,
      }))
      const took = await inTurn({ sql, statements: explained }, mspId, ([row]) => {
        const plan = row?.['QUERY PLAN'][0]
        return plan['Planning Time'] + plan['Execution Time']
      })
      if (turn >= 0) totals[place]?.push(took.reduce((sum, ms) => sum + ms, 0))
    }
  return totals.map((all) => all.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0)
}

/** Sends the statements in one transaction, as somebody who sees all clients of the MSP. */
function inTurn<T>({ sql, statements }: Side, mspId: string, take: (rows: Row[]) => T): Promise<T[]> {
  return sql.begin(async (tx) => {
    await tx`select set_config('app.msp_id', ${mspId}, true), set_config('app.all_clients', 't', true), set_config('app.client_ids', '{}', true)`
    const taken: T[] = []
    // The parameters came from the driver and go back to it.
    for (const { text, parameters } of statements) taken.push(take(await tx.unsafe(text, parameters as never[])))
    return taken
  }) as Promise<T[]>
}
