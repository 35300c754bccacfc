import { paths } from '../../server/paths.ts'

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
  const devices = ['all', 'missing', 'pending-reboot', 'failed', 'past-due', 'silent', 'no-data'] as const
  const patches = ['wants', 'approved', 'held', 'rejected', 'all', 'past']
  const holds = ['standing', 'lifted'] as const
  return [
    ...Object.values(places).map((path) => path(msp)),
    ...devices.map((filter) => paths.devices(msp, { filter })),
    ...patches.map((filter) => paths.patches(msp, { filter })),
    ...holds.map((state) => paths.holds(msp, { state })),
  ]
}
