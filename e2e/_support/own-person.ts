import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { ensurePerson } from '../../server/auth/people.ts'
import { authDatabase, closeAuth, connectAuth } from '../../server/auth/store.ts'
import { addMember } from '../../server/members/add-member.ts'
import { findMspId } from '../../server/members/create-msp.ts'
import type { Role } from '../../server/permissions.ts'
import type { Person } from './sign-in.ts'

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys with "npm test -- e2e"`)
  return value
}

export interface OwnPerson extends Person {
  userId: string
  /** Lets eleven minutes pass for the proofs of this person. */
  ageProofs(): Promise<void>
  close(): Promise<void>
}

/** Somebody whom no other journey knows, with no way in yet: what they change about themselves ends nobody else's sessions. */
export async function makeOwnPerson(name: string, role: Role, msp = 'northfold'): Promise<OwnPerson> {
  connectPools({ tenant: required('WEB_DATABASE_URL'), across: required('ACROSS_DATABASE_URL'), max: 1 })
  const publicUrl = required('E2E_BASE_URL')
  connectAuth({ databaseUrl: required('AUTH_DATABASE_URL'), secret: required('AUTH_SECRET'), publicUrl })
  const email = `${randomUUID().slice(0, 8)}@northfold.example`
  const { id: userId } = await ensurePerson({ name, email }, new Date())
  const mspId = await findMspId(msp)
  if (!mspId) throw new Error(`there is no MSP ${msp}`)
  await addMember(jobContext(mspId, 'journey'), { userId, name, email, role, clients: 'all' })
  return {
    name,
    email,
    msp,
    userId,
    async ageProofs() {
      const provedAt = new Date(Date.now() - 11 * 60_000)
      await authDatabase().update(sessions).set({ provedAt }).where(eq(sessions.userId, userId))
    },
    async close() {
      await closeAuth()
      await closePools()
    },
  }
}
