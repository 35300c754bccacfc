import { clientFilters } from '../../server/clients/rules.ts'
import { exceptionTabs } from '../../server/exceptions/schema.ts'
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
  Exceptions: paths.exceptions,
  Proposals: paths.proposals,
  Reports: paths.reports,
  Policies: paths.policies,
  People: paths.people,
  Company: paths.company,
  'API keys': paths.apiKeys,
  'Audit log': paths.audit,
} as const

/** The same for who sees all clients and the money, as an owner does: a technician is not led there. */
export const ownerPlaces = { ...places, Billing: paths.billing } as const

/** Every tab and filter of the lists, each with an address of its own. */
export function listAddresses(msp: string): string[] {
  return [
    ...Object.values(places).map((path) => path(msp)),
    ...clientFilters.map((filter) => paths.clients(msp, { filter })),
    ...deviceFilters.map((filter) => paths.devices(msp, { filter })),
    ...patchFilters.map((filter) => paths.patches(msp, { filter })),
    ...holdStates.map((state) => paths.holds(msp, { state })),
    ...exceptionTabs.map((state) => paths.exceptions(msp, { state })),
  ]
}
