import { type Can, no, wholeCan } from '../can.ts'
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

/** Settings hold for every client: who sees some does not set them. */
export const settingsCan = {
  save: (viewer: { permissions: ReadonlySet<Action>; hasAllClients: boolean }): Can => {
    if (!viewer.permissions.has('msp:save-settings')) return no(missingPermission('msp:save-settings'))
    return wholeCan(viewer.hasAllClients, 'change settings')
  },
} as const
