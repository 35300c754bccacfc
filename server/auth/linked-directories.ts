import { and, asc, eq } from 'drizzle-orm'
import { identities } from '../../db/schema/auth.ts'
import { identityTenants, members } from '../../db/schema/tenancy.ts'
import { type DirectoryProvider, directoryProviders } from '../msps/rules.ts'
import type { DirectoryIdentity } from './directory-claims.ts'
import type { SessionRow } from './sessions.ts'
import { type AuthTx, authDatabase } from './store.ts'

export interface LinkedDirectory {
  provider: DirectoryProvider
  subject: string
  tenant: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** Whose account this is here, or null. The one way from a directory to a person. */
export async function findLinked(
  { provider, subject }: Pick<DirectoryIdentity, 'provider' | 'subject'>,
  tx: AuthTx = authDatabase(),
): Promise<string | null> {
  const [row] = await tx
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

/**
 * How far a directory may speak for a person: for some of their MSPs, for all of them, or for none. Only one that all of them trust counts as
 * a proof for what changes the person's ways in: else the administrator of one company's directory could make a way into another.
 */
export async function trustIn(
  userId: string,
  { provider, tenant }: { provider: string; tenant: string },
  tx: AuthTx = authDatabase(),
): Promise<'all' | 'some' | 'none'> {
  const rows = await tx
    .select({ suspendedAt: members.suspendedAt, trusted: identityTenants.tenant })
    .from(members)
    .leftJoin(
      identityTenants,
      and(
        eq(identityTenants.mspId, members.mspId),
        eq(identityTenants.provider, provider),
        eq(identityTenants.tenant, tenant),
      ),
    )
    .where(eq(members.userId, userId))
  if (!rows.some((row) => row.trusted !== null && row.suspendedAt === null)) return 'none'
  return rows.every((row) => row.trusted !== null) ? 'all' : 'some'
}

/**
 * May this session read what its person has set up everywhere? Not one that a directory began which only some of their companies trust, until
 * it was proved by something of their own: the others' ways in are no business of that directory's administrator.
 */
export const maySeeOwn = async ({ userId, directory, provedAt }: Whose): Promise<boolean> =>
  !directory || provedAt !== null || (await trustIn(userId, directory)) === 'all'

type Whose = Pick<SessionRow, 'userId' | 'directory' | 'provedAt'>
