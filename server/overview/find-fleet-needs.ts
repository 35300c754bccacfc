import type { FleetClient } from '../clients/list-client-risks.ts'
import type { Context } from '../context.ts'
import type { Need } from './rules.ts'

/** What the counts of the clients alone say: past due, silent, without data; and the first tasks of a client or of an MSP. */
export function findFleetNeeds(ctx: Context, fleet: readonly FleetClient[]): Need[] {
  if (fleet.length === 0)
    return ctx.clients === 'all' && ctx.permissions.has('client:create')
      ? [{ kind: 'no-client', key: 'no-client', isToday: true }]
      : []
  return [
    ...countNeed(fleet, 'past-due', (client) => client.counts.pastDue),
    ...countNeed(fleet, 'no-data', (client) => client.counts.noData),
    ...countNeed(fleet, 'silent', (client) => client.counts.silent),
    ...fleet.flatMap((client) => firstTask(ctx, client)),
  ]
}

function countNeed(
  fleet: readonly FleetClient[],
  kind: 'past-due' | 'silent' | 'no-data',
  count: (client: FleetClient) => number,
): Need[] {
  const touched = fleet.filter((client) => count(client) > 0)
  const [only] = touched
  if (!only) return []
  return [
    {
      kind,
      key: kind,
      isToday: kind === 'past-due',
      devices: touched.reduce((sum, client) => sum + count(client), 0),
      clients: touched.length,
      client: touched.length === 1 ? { id: only.id, name: only.name } : null,
    },
  ]
}

function firstTask(ctx: Context, { id, name, counts, hasDevices, hasTestDevice, testTags }: FleetClient): Need[] {
  if (!hasDevices)
    return ctx.permissions.has('enrolment:create-token')
      ? [{ kind: 'no-devices', key: `no-devices ${id}`, isToday: false, client: { id, name } }]
      : []
  if (hasTestDevice) return []
  return [
    {
      kind: 'no-test-device',
      key: `no-test-device ${id}`,
      // No rollout starts there until somebody chooses.
      isToday: true,
      client: { id, name },
      devices: counts.devices,
      tags: [...testTags],
    },
  ]
}
