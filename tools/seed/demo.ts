import { getPolicy } from '../../server/policies/queries.ts'
import { savePolicy } from '../../server/policies/save-policy.ts'
import { ensureClient, ensureCompany, ensureMember } from './company.ts'
import { writeLabPlan } from './lab-plan.ts'
import { labPolicy } from './lab-policy.ts'

export const northfold = {
  name: 'Northfold IT',
  slug: 'northfold',
  owner: { name: 'Nora Field', email: 'owner@northfold.example' },
}
const technician = { name: 'Tom Reed', email: 'tech@northfold.example', role: 'technician' as const }
/** Works at the first company and reads at the second. */
const ofBoth = { name: 'Ada Quinn', email: 'ada@northfold.example' }
/** Manages one client organisation: their product is the portal. */
const manager = {
  name: 'Mia Lane',
  email: 'manager@kestrel.example',
  role: 'client-manager' as const,
  client: 'Kestrel Logistics',
}
/** Four lab devices each; the first is the client's test device. */
const northfoldClients = [
  { name: 'Brightwater Accountants', timeZone: 'Europe/London', prefix: 'bw-ws', isTechnicians: true },
  { name: 'Kestrel Logistics', timeZone: 'America/New_York', prefix: 'kl-ws', isTechnicians: true },
  { name: 'Harbour Lane Surveyors', timeZone: 'Europe/Berlin', prefix: 'hl-ws', isTechnicians: false },
]
const southmere = {
  name: 'Southmere Support',
  slug: 'southmere',
  owner: { name: 'Ines Moor', email: 'owner@southmere.example' },
}
const southmereClients = [
  { name: 'Tidewell Physio', timeZone: 'Europe/London' },
  { name: 'Orchard Primary School', timeZone: 'Europe/London' },
]

/** Two MSPs: one with three clients and twelve lab devices to come, one with two clients and none. */
export async function seedDemo(input: { deviceUrl: string; planFile: string; now: Date }): Promise<void> {
  const { now } = input
  const ctx = await ensureCompany(northfold, now)
  if ((await getPolicy(ctx, { clientId: null })).standardVersion === 0)
    await savePolicy(ctx, { clientId: null, basedOnVersion: 0, reason: '', document: labPolicy })
  const devices = []
  const technicians: string[] = []
  for (const { name, timeZone, prefix, isTechnicians } of northfoldClients) {
    const clientId = await ensureClient(ctx, { name, timeZone })
    if (name === manager.client) await ensureMember(ctx, northfold.slug, { ...manager, clients: [clientId] })
    if (isTechnicians) technicians.push(clientId)
    for (const number of ['01', '02', '03', '04'])
      devices.push({ name: `${prefix}-${number}`, clientId, tags: number === '01' ? ['test'] : [] })
  }
  await ensureMember(ctx, northfold.slug, { ...technician, clients: technicians })
  await ensureMember(ctx, northfold.slug, { ...ofBoth, role: 'technician', clients: 'all' })

  const other = await ensureCompany(southmere, now)
  for (const client of southmereClients) await ensureClient(other, client)
  await ensureMember(other, southmere.slug, { ...ofBoth, role: 'read-only', clients: 'all' })

  await writeLabPlan(ctx, { deviceUrl: input.deviceUrl, file: input.planFile, devices })
}
