import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { ensurePerson, findPerson } from '../../server/auth/people.ts'
import { authDatabase, closeAuth, connectAuth } from '../../server/auth/store.ts'
import { addMember } from '../../server/members/add-member.ts'
import { createMsp, findMspId } from '../../server/members/create-msp.ts'
import type { Role } from '../../server/permissions.ts'
import type { Person } from './sign-in.ts'
import { required } from './stack.ts'

/** The stores that people are kept in, for journeys that make their own. Answers how to close them. */
export function openStores(): () => Promise<void> {
  connectPools({ tenant: required('WEB_DATABASE_URL'), across: required('ACROSS_DATABASE_URL'), max: 1 })
  const publicUrl = required('E2E_BASE_URL')
  connectAuth({ databaseUrl: required('AUTH_DATABASE_URL'), secret: required('AUTH_SECRET'), publicUrl })
  return async () => {
    await closeAuth()
    await closePools()
  }
}

/** A company that no other journey works in; answers its slug. */
export async function makeOwnMsp(name: string): Promise<string> {
  const slug = `${name.toLowerCase().replaceAll(' ', '-')}-${randomUUID().slice(0, 8)}`
  await createMsp({ slug, name }, new Date(), 'journey')
  return slug
}

export interface OwnPerson extends Person {
  userId: string
}

/** Somebody whom no other journey knows, with no way in yet: what they change about themselves ends nobody else's sessions. */
export async function makeOwnPerson(
  name: string,
  role: Role,
  msp = 'northfold',
  clients: 'all' | string[] = 'all',
): Promise<OwnPerson> {
  const email = `${randomUUID().slice(0, 8)}@northfold.example`
  const { id: userId } = await ensurePerson({ name, email }, new Date())
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error(`there is no MSP ${msp}`)
  await addMember(jobContext(mspId, 'journey'), { userId, name, email, role, clients })
  return { name, email, msp, userId }
}

/** Lets eleven minutes pass for the proofs of a person: a change asks for a fresh one then. */
export async function ageProofs(email: string): Promise<void> {
  const person = await findPerson(email)
  if (!person) throw new Error(`there is nobody with the address ${email}`)
  const provedAt = new Date(Date.now() - 11 * 60_000)
  await authDatabase().update(sessions).set({ provedAt }).where(eq(sessions.userId, person.id))
}
