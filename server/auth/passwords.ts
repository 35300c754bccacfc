import { hash, verify } from '@node-rs/argon2'
import { eq } from 'drizzle-orm'
import { passwords } from '../../db/schema/auth.ts'
import { normalisePassword } from './password-rules.ts'
import { type AuthTx, authDatabase } from './store.ts'

// argon2id, as OWASP says. The library's algorithm is argon2id unless told otherwise.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Of a password that nobody has: people who do not exist take as long as others. */
const nobodys = hash(`nobody ${Math.random()}`, cost)

export const hashPassword = (password: string): Promise<string> => hash(normalisePassword(password), cost)

/** Is this the password of this hash? For null the answer is no, after the same time. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? (await nobodys), normalisePassword(password))
  return stored !== null && isRight
}

/** A person's password as it is stored, or null. */
export async function findPassword(
  userId: string,
  tx: AuthTx = authDatabase(),
): Promise<{ hash: string; changedAt: Date } | null> {
  const [row] = await tx
    .select({ hash: passwords.hash, changedAt: passwords.changedAt })
    .from(passwords)
    .where(eq(passwords.userId, userId))
  return row ?? null
}

export async function storePassword(tx: AuthTx, userId: string, passwordHash: string, now: Date): Promise<void> {
  const value = { hash: passwordHash, changedAt: now }
  await tx
    .insert(passwords)
    .values({ userId, ...value })
    .onConflictDoUpdate({ target: passwords.userId, set: value })
}
