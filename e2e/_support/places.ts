import { clientFilters } from '../../server/clients/rules.ts'
import { holdStates } from '../../server/holds/schema.ts'
import { patchFilters } from '../../server/patches/schema.ts'
import { deviceFilters, paths } from '../../server/paths.ts'

/** What the sidebar leads to, by its words there. */
export const places = {
  Overview: paths.overview,
  Clients: paths.clients,
  Devices: paths.devices,
  Enrolment: paths.enrolment,
  Patches: paths.patches,
  Rollouts: paths.rollouts,
  Holds: paths.holds,
  Proposals: paths.proposals,
  Policies: paths.policies,
  People: paths.people,
  Company: paths.company,
  'API keys': paths.apiKeys,
  'Audit log': paths.audit,
} as const

/** Every tab and filter of the lists, each with an address of its own. */
export function listAddresses(msp: string): string[] {
  return [
    ...Object.values(places).map((path) => path(msp)),
    ...clientFilters.map((filter) => paths.clients(msp, { filter })),
    ...deviceFilters.map((filter) => paths.devices(msp, { filter })),
    ...patchFilters.map((filter) => paths.patches(msp, { filter })),
    ...holdStates.map((state) => paths.holds(msp, { state })),
  ]
}
