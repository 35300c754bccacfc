import { and, asc, eq } from 'drizzle-orm'
import { identities } from '../../db/schema/auth.ts'
import { identityTenants, members } from '../../db/schema/tenancy.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { type DirectoryProvider, directoryProviders } from '../msps/rules.ts'
import type { DirectoryIdentity } from './directory-claims.ts'
import { directoryNames } from './directory-settings.ts'
import { endRecoveryLinks, findFactors, hasFactor } from './factors.ts'
import { type AuthTx, authDatabase, lockPerson } from './store.ts'
import { tellMsps } from './tell-msps.ts'

export interface LinkedDirectory {
  provider: DirectoryProvider
  subject: string
  tenant: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** Whose account this is here, or null. The one way from a directory to a person. */
export async function findLinked({ provider, subject }: DirectoryIdentity): Promise<string | null> {
  const [row] = await authDatabase()
    .select({ userId: identities.userId })
    .from(identities)
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
  return row?.userId ?? null
}

/** The accounts that a person has linked, the oldest first. */
export async function listLinked(userId: string, tx: AuthTx = authDatabase()): Promise<LinkedDirectory[]> {
  const rows = await tx
    .select()
    .from(identities)
    .where(eq(identities.userId, userId))
    .orderBy(asc(identities.createdAt), asc(identities.subject))
  return rows.flatMap(({ userId: _, provider: name, ...row }) => {
    const provider = directoryProviders.find((each) => each === name)
    return provider ? [{ ...row, provider }] : []
  })
}

/** Notes that an account was used, and what its directory calls it and its tenant by now. */
export async function noteUse({ provider, subject, tenant, label }: DirectoryIdentity, now: Date): Promise<void> {
  await authDatabase()
    .update(identities)
    .set({ lastUsedAt: now, tenant, label })
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
}

/**
 * Links an account to a person. Answers `taken` when it is somebody else's, `not-first` when `isFirst` was asked for and they have a way in
 * already. Under a lock on the person, as all that changes the ways in.
 */
export async function linkIdentity(
  userId: string,
  identity: DirectoryIdentity,
  { isFirst, now }: { isFirst: boolean; now: Date },
): Promise<'linked' | 'had-it' | 'taken' | 'not-first'> {
  return authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    if (isFirst && (hasFactor(await findFactors(userId, tx)) || (await listLinked(userId, tx)).length > 0))
      return 'not-first'
    const { provider, subject, tenant, label } = identity
    const [made] = await tx
      .insert(identities)
      .values({ provider, subject, tenant, label, userId, createdAt: now, lastUsedAt: now })
      .onConflictDoNothing()
      .returning({ userId: identities.userId })
    if (!made) return (await ownerOf(tx, identity)) === userId ? 'had-it' : 'taken'
    await endRecoveryLinks(tx, userId)
    await tellMsps(tx, { userId, action: 'factor:add', at: now, reason: wordsOf(identity), details: { tenant } })
    return 'linked'
  })
}

/** Takes an account off. `not-found` for what is not theirs, `not-allowed-now` for somebody's only way in. */
export async function unlinkIdentity(
  userId: string,
  { provider, subject }: { provider: DirectoryProvider; subject: string },
  now: Date,
): Promise<void> {
  await authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    const linked = await listLinked(userId, tx)
    const gone = linked.find((one) => one.provider === provider && one.subject === subject)
    if (!gone) throw notFound('This account')
    if (linked.length === 1 && !hasFactor(await findFactors(userId, tx)))
      throw notAllowedNow('This is your only way in. Add a passkey or an authenticator app first, then take it off.')
    await tx.delete(identities).where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
    await endRecoveryLinks(tx, userId)
    const { tenant } = gone
    await tellMsps(tx, { userId, action: 'factor:remove', at: now, reason: wordsOf(gone), details: { tenant } })
  })
}

/**
 * How far a directory may speak for a person: for some of their MSPs, for all of them, or for none. Only one that all of them trust counts as
 * a proof for what changes the person's ways in: else the administrator of one company's directory could make a way into another.
 */
export async function trustIn(userId: string, identity: DirectoryIdentity): Promise<'all' | 'some' | 'none'> {
  const rows = await authDatabase()
    .select({ suspendedAt: members.suspendedAt, trusted: identityTenants.tenant })
    .from(members)
    .leftJoin(
      identityTenants,
      and(
        eq(identityTenants.mspId, members.mspId),
        eq(identityTenants.provider, identity.provider),
        eq(identityTenants.tenant, identity.tenant),
      ),
    )
    .where(eq(members.userId, userId))
  if (!rows.some((row) => row.trusted !== null && row.suspendedAt === null)) return 'none'
  return rows.every((row) => row.trusted !== null) ? 'all' : 'some'
}

const wordsOf = ({ provider, label }: { provider: DirectoryProvider; label: string }) =>
  `${directoryNames[provider]} account${label ? ` ${label}` : ''}`

async function ownerOf(tx: AuthTx, { provider, subject }: DirectoryIdentity): Promise<string | null> {
  const [row] = await tx
    .select({ userId: identities.userId })
    .from(identities)
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
  return row?.userId ?? null
}
