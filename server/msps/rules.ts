import { type Can, no, wholeCan, yes } from '../can.ts'
import { type Action, missingPermission } from '../permissions.ts'

/** Directories that an MSP may trust; the words are the ids of the sign-in (`server/auth/next-auth-config.ts`). */
export const directoryProviders = ['microsoft-entra-id', 'google'] as const
export type DirectoryProvider = (typeof directoryProviders)[number]

export const directoryNames: Record<DirectoryProvider, { name: string; tenant: string; example: string }> = {
  'microsoft-entra-id': {
    name: 'Microsoft Entra ID',
    tenant: 'Tenant id',
    example: '5d3e2c1a-7b6f-4e21-9c0d-1f2a3b4c5d6e',
  },
  google: { name: 'Google Workspace', tenant: 'Domain', example: 'northfold.example' },
}

/** Microsoft's tenant of personal accounts: everybody could make themselves one there. */
const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/
const personalDomains = new Set(['gmail.com', 'googlemail.com'])

/** What is wrong with the name of a directory; null = nothing. Small letters only: two spellings would be two directories. */
export function directoryFault(provider: DirectoryProvider, tenant: string): string | null {
  switch (provider) {
    case 'microsoft-entra-id':
      if (tenant === personalTenant) return 'That is Microsoft’s tenant of personal accounts: everybody is in it.'
      return uuid.test(tenant) ? null : 'A tenant id such as 5d3e2c1a-7b6f-4e21-9c0d-1f2a3b4c5d6e.'
    case 'google':
      if (personalDomains.has(tenant)) return 'That is for personal accounts: everybody could have one.'
      return domain.test(tenant) ? null : 'A domain such as northfold.example.'
  }
}

interface Viewer {
  permissions: ReadonlySet<Action>
  hasAllClients: boolean
}

/** Settings hold for every client: who sees some does not set them. */
export const settingsCan = {
  save: (viewer: Viewer): Can => {
    if (!viewer.permissions.has('msp:save-settings')) return no(missingPermission('msp:save-settings'))
    return wholeCan(viewer.hasAllClients, 'change settings')
  },
  setManagerFactors: (viewer: Viewer): Can => {
    if (!viewer.permissions.has('msp:set-manager-factors')) return no(missingPermission('msp:set-manager-factors'))
    return wholeCan(viewer.hasAllClients, 'change settings')
  },
} as const

/** What somebody does with the kill switch, as it ends "Only people who see all clients …". */
export const stopWords = { stop: 'stop all changes', resume: 'let changes go on' } as const

/** The kill switch reaches every client: who sees some has no hand on it. */
export const changesCan = {
  stop: (viewer: Viewer, isStopped: boolean): Can =>
    besides(viewer, 'stop', isStopped ? no('All changes are stopped already.') : yes),
  resume: (viewer: Viewer, isStopped: boolean): Can =>
    besides(viewer, 'resume', isStopped ? yes : no('Changes are not stopped.')),
} as const

/** Right and reach come first: who may not, is told that and not the state of things. */
function besides(viewer: Viewer, verb: keyof typeof stopWords, now: Can): Can {
  const action = `changes:${verb}` as const
  if (!viewer.permissions.has(action)) return no(missingPermission(action))
  const whole = wholeCan(viewer.hasAllClients, stopWords[verb])
  return whole.can ? now : whole
}
