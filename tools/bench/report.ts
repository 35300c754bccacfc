import { setTimeout as sleep } from 'node:timers/promises'
import { jobContext } from '../../server/auth/job-context.ts'
import { freezeDueReports } from '../../server/reports/freeze-due-reports.ts'
import { freezeReport } from '../../server/reports/freeze-report.ts'
import { boundsOf } from '../../server/reports/months.ts'
import { renderReportPdf } from '../../server/reports/render-pdf.ts'
import { plainLook } from '../../server/reports/report-look.ts'
import { badReport } from '../../server/reports/testing/sample-reports.ts'
import type { Measurement } from './measurement.ts'
import { makePageWorld, type PageWorld } from './page-world.ts'

const zone = 'Europe/Berlin'
const manyClients = 1_000
/** DESIGN: the report of a client with 10,000 devices. */
const budgetMs = 5_000

/** Monthly reports, counted, frozen and printed: one of a client with 10,000 devices, and those of 1,000 clients with 50 each. */
export async function run(): Promise<Measurement[]> {
  return [await measureLarge(), await measureMany()]
}

async function measureLarge(): Promise<Measurement> {
  const devices = 10_000
  const world = await makePageWorld({ devices, clients: 1, rollouts: 1, hasBigMsp: false, hasReports: false })
  try {
    const [client] = await world.owner`select id from clients where msp_id = ${world.mspId}`
    const { month, dueAt } = thisMonth()
    const tookMs = await clock(() =>
      freezeReport(jobContext(world.mspId, 'bench', dueAt), { clientId: client?.id, month }),
    )
    return {
      name: `report of a client with ${devices.toLocaleString('en')} devices`,
      value: Math.round(tookMs),
      unit: 'ms',
      limit: Math.round(await leastMs(world, 1)),
      note: `counted, frozen and printed; budget ${budgetMs} ms; limit: reading the same rows once and printing`,
    }
  } finally {
    await world.drop()
  }
}

async function measureMany(): Promise<Measurement> {
  const world = await makePageWorld({
    ...{ devices: manyClients * 50, clients: manyClients, rollouts: manyClients },
    ...{ hasBigMsp: false, hasReports: false },
  })
  try {
    const { dueAt } = thisMonth()
    const contextOf = (mspId: string) => jobContext(mspId, 'bench', dueAt)
    let longestMs = 0
    const tookMs = await clock(async () => {
      for (let isDone = false; !isDone; ) {
        const roundMs = await clock(async () => {
          ;({ isDone } = await freezeDueReports(contextOf, { timeZone: zone }, dueAt))
        })
        longestMs = Math.max(longestMs, roundMs)
        await sleep(0)
      }
    })
    const [made] = await world.owner`select count(*)::int as reports from reports`
    return {
      name: `reports of ${made?.reports.toLocaleString('en')} clients with 50 devices each`,
      value: Math.round(tookMs),
      unit: 'ms',
      limit: Math.round(await leastMs(world, manyClients)),
      note: `${Math.round(tookMs / made?.reports)} ms each, one after the other; longest activity of the workflow ${Math.round(longestMs)} ms; limit: reading the same rows once and printing as many`,
    }
  } finally {
    await world.drop()
  }
}

/** What no way of counting could save: all rows that a report is made of read once, and its pages printed. */
async function leastMs(world: PageWorld, reports: number): Promise<number> {
  const readMs = await clock(
    () => world.owner`select (select count(at) from device_standings), (select count(proved_at) from plan_items)`,
  )
  const report = badReport(1)
  const rounds = 5
  await renderReportPdf(report, plainLook)
  const printMs = await clock(async () => {
    for (let round = 0; round < rounds; round++) await renderReportPdf(report, plainLook)
  })
  return readMs + (reports * printMs) / rounds
}

/** The month that holds this moment, as if it were over: what the world has of history happened just now. */
function thisMonth(): { month: string; dueAt: Date } {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit' })
  const month = parts.format(new Date())
  return { month, dueAt: boundsOf(month, zone).dueAt }
}

async function clock(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
