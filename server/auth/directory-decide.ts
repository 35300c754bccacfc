import { stepUpMs } from '../permissions.ts'
import type { DirectoryIdentity } from './directory-claims.ts'
import { linkIdentity, noteUse } from './directory-identities.ts'
import type { DirectoryIntent } from './directory-intent.ts'
import { findLinked, trustIn } from './linked-directories.ts'
import type { SessionRow, SessionStart, Stands } from './sessions.ts'

/** Why nothing came of the way through a directory; the pages have a sentence for each. */
export type DirectoryRefusal =
  /** Something of the exchange did not hold, the directory did not answer, or the person turned back there. */
  | 'failed'
  /** It took too long, or another session has begun meanwhile. */
  | 'over'
  /** Nobody here has linked this account. */
  | 'unknown'
  /** None of the person's companies, or not the one that asked them in, trusts this directory. */
  | 'untrusted'
  /** Somebody else here has linked this account. */
  | 'taken'
  /** They have a way in already: linking another wants a sign-in and a step-up. */
  | 'not-first'
  /** The directory did not say that they proved themselves just now. */
  | 'not-fresh'

/** What happens next in the browser that came back. */
export type DirectoryOutcome =
  | { kind: 'begin'; start: SessionStart }
  | { kind: 'renew'; session: SessionRow }
  | { kind: 'linked'; session: SessionRow; isNew: boolean }
  | { kind: 'refused'; why: DirectoryRefusal }

const refused = (why: DirectoryRefusal): DirectoryOutcome => ({ kind: 'refused', why })
/** Clocks of directories and ours differ a little. */
const skewMs = 60_000

/**
 * What comes of an account that a directory vouched for, by what its browser was sent there for. `session`: the one of this browser, at
 * whatever stage. Links where it was asked to, and begins nothing itself.
 */
export async function decideDirectory(
  identity: DirectoryIdentity,
  intent: DirectoryIntent,
  session: SessionRow | null,
  now: Date,
): Promise<DirectoryOutcome> {
  if (identity.provider !== intent.provider) return refused('failed')
  if (intent.purpose === 'sign-in') return signIn(identity, now)
  if (!session || session.tokenHash !== intent.tokenHash) return refused('over')
  switch (intent.purpose) {
    case 'link':
      return link(identity, session, now)
    case 'enrol':
      return enrol(identity, session, now)
    case 'step-up':
      return stepUp(identity, session, { startedAt: new Date(intent.startedAt), now })
  }
}

async function signIn(identity: DirectoryIdentity, now: Date): Promise<DirectoryOutcome> {
  const userId = await findLinked(identity)
  if (!userId) return refused('unknown')
  const trust = await trustIn(userId, identity)
  if (trust === 'none') return refused('untrusted')
  await noteUse(identity, now)
  const isProof = trust === 'all' && isWithin(identity.authenticatedAt, stepUpMs, now)
  return begin(userId, identity, isProof ? identity.authenticatedAt : null)
}

async function link(identity: DirectoryIdentity, session: SessionRow, now: Date): Promise<DirectoryOutcome> {
  if (!mayLink(session, now)) return refused('over')
  const result = await linkIdentity(session, identity, { isFirst: false, now })
  if (result === 'taken' || result === 'not-first') return refused(result)
  return { kind: 'linked', session, isNew: result === 'linked' }
}

/** Linking is a change of the ways in: by a session that opens the product, whose person proved themselves in the last ten minutes. */
export const mayLink = (session: SessionRow, now: Date): boolean =>
  session.stage === 'full' && isWithin(session.provedAt, stepUpMs, now)

/**
 * Adding a first way in: by a session that is there for it. One that was full by a password alone, and fell, may be hours old: its person
 * proves anew that it is them.
 */
export const mayEnrol = (session: SessionRow, now: Date): boolean =>
  session.stage === 'enrol' && (!session.hasOneFactor || isWithin(session.provedAt, stepUpMs, now))

/** The first way in of somebody who was asked in: a directory that the MSP trusts stands in for passkey or password and code. */
async function enrol(identity: DirectoryIdentity, session: SessionRow, now: Date): Promise<DirectoryOutcome> {
  if (!mayEnrol(session, now)) return refused('over')
  const { userId } = session
  const trust = await trustIn(userId, identity)
  if (trust === 'none') return refused('untrusted')
  const result = await linkIdentity(session, identity, { isFirst: true, now })
  if (result === 'taken' || result === 'not-first') return refused(result)
  return begin(userId, identity, trust === 'all' ? now : null)
}

async function stepUp(
  identity: DirectoryIdentity,
  session: SessionRow,
  { startedAt, now }: { startedAt: Date; now: Date },
): Promise<DirectoryOutcome> {
  if (session.stage !== 'full' || (await findLinked(identity)) !== session.userId) return refused('unknown')
  if ((await trustIn(session.userId, identity)) !== 'all') return refused('untrusted')
  const at = identity.authenticatedAt
  if (!at || at.getTime() < startedAt.getTime() - skewMs || !isWithin(at, stepUpMs, now)) return refused('not-fresh')
  await noteUse(identity, now)
  return { kind: 'renew', session }
}

function begin(userId: string, identity: DirectoryIdentity, provedAt: Date | null): DirectoryOutcome {
  const { provider, tenant } = identity
  const stands: Stands = async (tx) => (await findLinked(identity, tx)) === userId
  return {
    kind: 'begin',
    start: { userId, stage: 'full', method: 'directory', directory: { provider, tenant }, provedAt, stands },
  }
}

function isWithin(at: Date | null, spanMs: number, now: Date): at is Date {
  if (!at) return false
  const ageMs = now.getTime() - at.getTime()
  return ageMs >= -skewMs && ageMs <= spanMs
}
