import { SectionHead } from '@/components/section-head'
import { listLinked } from '@/server/auth/directory-identities'
import { directoryNames, listDirectories } from '@/server/auth/directory-settings'
import { findFactors, hasFactor } from '@/server/auth/factors'
import { findSignedIn } from '@/server/auth/session'
import { DirectoriesPart } from './directories-part'

/** Directory accounts that sign this person in, and the way to link one; nothing where no directory is set up and none is linked. */
export async function LinkedDirectories() {
  const signedIn = await findSignedIn()
  if (!signedIn) return null
  const linked = await listLinked(signedIn.userId)
  const offered = listDirectories().map(({ provider }) => ({ provider, name: directoryNames[provider] }))
  if (linked.length === 0 && offered.length === 0) return null
  const hasOwnFactor = hasFactor(await findFactors(signedIn.userId))
  return (
    <section aria-labelledby="directories">
      <SectionHead id="directories" title="Company accounts" count={String(linked.length)} />
      <DirectoriesPart
        linked={linked.map(({ provider, ...one }) => ({ ...one, provider, name: directoryNames[provider] }))}
        offered={offered}
        hasOwnFactor={hasOwnFactor}
        now={new Date()}
      />
    </section>
  )
}
