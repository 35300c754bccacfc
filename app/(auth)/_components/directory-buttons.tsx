import { directoryNames, listDirectories } from '@/server/auth/directory-settings'
import { listLinked } from '@/server/auth/linked-directories'
import { findOwnSession } from '@/server/auth/session'
import { DirectoryWays } from './directory-ways'

/** Ways in by a company's directory: one button for each that is set up here, else nothing. */
export async function DirectoryButtons() {
  const ways = listDirectories().map(({ provider }) => ({ provider, name: directoryNames[provider] }))
  const session = ways.length > 0 ? await findOwnSession() : null
  const isFirst = session?.stage === 'enrol' && (await listLinked(session.userId)).length === 0
  return <DirectoryWays ways={ways} purpose={isFirst ? 'enrol' : 'sign-in'} />
}
