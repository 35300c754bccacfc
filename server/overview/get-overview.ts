import { read } from '../access.ts'
import { type ClientLine, findFleet, rankClients } from '../clients/list-client-risks.ts'
import type { Context } from '../context.ts'
import { commonZone } from '../navigation/rules.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { describeNeed, type NeedWords } from './describe-need.ts'
import { findNeeds } from './find-needs.ts'
import { findRunningRollouts, type RunningRollout } from './find-running.ts'
import { type FleetCounts, type NeedKind, sumFleet } from './rules.ts'

const clientsShown = 12
const rolloutsShown = 5

export interface NeedRow {
  kind: NeedKind
  key: string
  isToday: boolean
  words: NeedWords
}

export interface Overview {
  asOf: Date
  /** The zone of every time on the page: most clients live in it. */
  zone: string
  hasAllClients: boolean
  fleet: FleetCounts
  /** What needs a person, most urgent first. */
  needs: NeedRow[]
  running: { count: number; rows: RunningRollout[] }
  /** Those at risk first. */
  clients: { count: number; needing: number; rows: ClientLine[] }
}

/**
 * What needs this person now, over the clients they may see. Everything is read under their own rights; counts come from the fleet
 * sweep's numbers and from small sets (standing holds, gates of running rollouts), never from a walk over the devices.
 */
export function getOverview(ctx: Context): Promise<Overview> {
  return read(ctx, 'overview:read', async (tx) => {
    const policies = await findPolicies(tx)
    const fleet = await findFleet(tx, policies)
    const running = await findRunningRollouts(tx, ctx.now)
    const needs = await findNeeds(tx, ctx, { policies, fleet })
    const zone = commonZone(fleet.map((client) => client.timeZone))
    const ranked = rankClients(fleet, running, ctx.now)
    return {
      asOf: ctx.now,
      zone,
      hasAllClients: ctx.clients === 'all',
      fleet: sumFleet(fleet.map((client) => client.counts)),
      needs: needs.map((need) => ({
        kind: need.kind,
        key: `${need.kind} ${need.key}`,
        isToday: need.isToday,
        words: describeNeed(need, zone, ctx.now),
      })),
      running: { count: running.length, rows: running.slice(0, rolloutsShown) },
      clients: {
        count: ranked.length,
        needing: ranked.filter((client) => client.risk.needsPerson).length,
        rows: ranked.slice(0, clientsShown),
      },
    }
  })
}
