import { notFound } from '../errors.ts'
import type { DirectoryProvider } from '../msps/rules.ts'

/** The directories by the names that their buttons say. */
export const directoryNames: Record<DirectoryProvider, string> = {
  'microsoft-entra-id': 'Microsoft',
  google: 'Google',
}

/** One directory that this installation is registered with. */
export interface DirectorySettings {
  provider: DirectoryProvider
  clientId: string
  clientSecret: string
  /** Where its discovery document lies; for Entra with `organizations` or `common` in the place of the tenant. */
  issuer: string
}

// Next bundles server code more than once; every copy finds what the process entry set.
const shared = globalThis as { patchwardDirectories?: readonly DirectorySettings[] }

/** Said once by the process entry, which alone reads the environment. */
export function setDirectories(directories: readonly DirectorySettings[]): void {
  shared.patchwardDirectories = directories
}

/** The directories that people can choose here; without one there is no button. */
export const listDirectories = (): readonly DirectorySettings[] => shared.patchwardDirectories ?? []

/** Throws `not-found` for one that is not set up. */
export function getDirectory(provider: DirectoryProvider): DirectorySettings {
  const found = listDirectories().find((one) => one.provider === provider)
  if (!found) throw notFound('This way to sign in')
  return found
}
