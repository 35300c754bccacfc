import { SectionHead } from '@/components/section-head'
import { directoryNames, listDirectories } from '@/server/auth/directory-settings'
import { hasFactor } from '@/server/auth/factors'
import { findSignedIn } from '@/server/auth/session'
import { countFullWays, findWaysIn } from '@/server/auth/ways-in'
import { DirectoriesPart } from './directories-part'

/** Directory accounts that sign this person in, and the way to link one; nothing where no directory is set up and none is linked. */
export async function LinkedDirectories() {
  const signedIn = await findSignedIn()
  if (!signedIn) return null
  const ways = await findWaysIn(signedIn.userId)
  const { linked } = ways
  const offered = listDirectories().map(({ provider }) => ({ provider, name: directoryNames[provider] }))
  if (linked.length === 0 && offered.length === 0) return null
  return (
    <section aria-labelledby="directories">
      <SectionHead id="directories" title="Company accounts" count={String(linked.length)} />
      <DirectoriesPart
        linked={linked.map(({ isTrusted, ...one }) => ({
          ...one,
          name: directoryNames[one.provider],
          isLastWay: countFullWays(ways) - Number(isTrusted) < 1,
        }))}
        offered={offered}
        hasOwnFactor={hasFactor(ways)}
        now={new Date()}
      />
    </section>
  )
}
