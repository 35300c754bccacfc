import { drizzle } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { listAudit } from '../../server/audit/queries.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { listClientRisks } from '../../server/clients/list-client-risks.ts'
import type { Context } from '../../server/context.ts'
import { listDevices } from '../../server/devices/list-devices.ts'
import { listHolds } from '../../server/holds/queries.ts'
import { countForNavigation } from '../../server/navigation/queries.ts'
import { listPatches } from '../../server/patches/list-patches.ts'
import { listRollouts } from '../../server/rollouts/list-rollouts.ts'
import type { Measurement } from './measurement.ts'
import { makePageWorld } from './page-world.ts'

const devices = 1_000_000
const rounds = 7

interface Statement {
  text: string
  parameters: readonly unknown[]
}

/**
 * What row-level security costs: every statement that a list page sends, under the policies and without them, by EXPLAIN ANALYZE (planning and
 * execution). Without them it runs as the owner, whom nothing holds in this database; the statement and its parameters are the same.
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
    const ctx: Context = {
      ...jobContext(world.mspId, 'bench'),
      actor: { kind: 'api-key', keyId: '', userId: '', name: '' },
    }
    const pages: [string, () => Promise<unknown>][] = [
      ['navigation', () => countForNavigation(ctx)],
      ['devices', () => listDevices(ctx, { filter: 'all' })],
      ['devices, failed', () => listDevices(ctx, { filter: 'failed' })],
      ['devices, searched', () => listDevices(ctx, { filter: 'all', search: 'host-0777' })],
      ['clients', () => listClientRisks(ctx)],
      ['patches', () => listPatches(ctx, { search: '' })],
      ['rollouts', () => listRollouts(ctx, {})],
      ['holds', () => listHolds(ctx, { state: 'standing' })],
      ['audit log', () => listAudit(ctx, {})],
    ]
    const figures: Measurement[] = []
    for (const [name, page] of pages) {
      await page()
      seen.length = 0
      await page()
      const statements = seen.filter(({ text }) => /^\s*(select|with)/i.test(text) && !text.includes('set_config'))
      const walled = await explainAll(web, statements, world.mspId)
      const bare = await explainAll(world.owner, statements, world.mspId)
      figures.push({
        name: `${name}, ${statements.length} statements`,
        value: round(walled),
        limit: round(bare),
        unit: 'ms',
        note: `EXPLAIN ANALYZE at ${devices.toLocaleString('en')} devices of one MSP, median of ${rounds}; limit: the same without row-level security; budget 1.5`,
      })
    }
    return figures
  } finally {
    await web.end()
    await world.drop()
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100

/** Milliseconds of planning and execution of all statements together, the median of the rounds. */
async function explainAll(sql: Sql, statements: readonly Statement[], mspId: string): Promise<number> {
  const totals: number[] = []
  for (let turn = -1; turn < rounds; turn++) {
    const total = await sql.begin(async (tx) => {
      await tx`select set_config('app.msp_id', ${mspId}, true), set_config('app.all_clients', 't', true), set_config('app.client_ids', '{}', true)`
      let ms = 0
      for (const { text, parameters } of statements) {
        // The parameters came from the driver and go back to it.
        const [row] = await tx.unsafe(`explain (analyze, timing off, format json) ${text}`, parameters as never[])
        const plan = row?.['QUERY PLAN'][0]
        ms += plan['Planning Time'] + plan['Execution Time']
      }
      return ms
    })
    if (turn >= 0) totals.push(total)
  }
  return totals.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}
