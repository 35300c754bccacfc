import { and, eq, lt } from 'drizzle-orm'
import { signInLinks } from '../../db/schema/auth.ts'
import { paths } from '../paths.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { findPerson } from './people.ts'
import { linkMs } from './rules.ts'
import { authDatabase } from './store.ts'

/**
 * A one-time link for a person who exists, as a path of the console; null when nobody has this e-mail address. `console` is printed on the
 * machine itself, `recovery` goes by mail (`linkTo`). Its token is stored hashed only.
 */
export async function mintSignInLink(
  email: string,
  now: Date,
  purpose: 'console' | 'recovery' = 'console',
): Promise<string | null> {
  const person = await findPerson(email)
  if (!person) return null
  const token = newToken()
  await authDatabase()
    .delete(signInLinks)
    .where(and(eq(signInLinks.userId, person.id), lt(signInLinks.expiresAt, now)))
  await authDatabase()
    .insert(signInLinks)
    .values({
      tokenHash: hashToken(token),
      userId: person.id,
      purpose,
      createdAt: now,
      expiresAt: new Date(now.getTime() + linkMs),
    })
  return purpose === 'console' ? paths.signInLink(token) : paths.recovery(token)
}
