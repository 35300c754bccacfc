import { eq } from 'drizzle-orm'
import { users } from '../../db/schema/auth.ts'
import { authDatabase } from './store.ts'

/** One spelling of an e-mail address, in which it is stored and looked for. */
export const normaliseEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase()

/** The person with this e-mail address, or null. */
export async function findPerson(email: string): Promise<{ id: string; name: string; email: string } | null> {
  const [person] = await authDatabase()
    .select({ id: users.id, name: users.name, email: users.email })
    .from(users)
    .where(eq(users.email, normaliseEmail(email)))
  return person ?? null
}

/** The id of no person: what is looked up for people who exist is looked up for it too. */
export const nobodysId = '00000000-0000-0000-0000-000000000000'

/** Makes a person, or answers who has this e-mail address already. A person may do nothing until they are a member of an MSP. */
export async function ensurePerson(
  input: { name: string; email: string },
  now: Date,
): Promise<{ id: string; name: string; email: string }> {
  const email = normaliseEmail(input.email)
  await authDatabase().insert(users).values({ name: input.name, email, createdAt: now }).onConflictDoNothing()
  const person = await findPerson(email)
  if (!person) throw new Error(`the person ${email} could not be stored`)
  return person
}
