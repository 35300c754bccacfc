import { DomainError } from '../errors.ts'
import { isOneProofEnough, stageAfterPassword } from './one-factor.ts'
import { findPassword, verifyPassword } from './passwords.ts'
import { findPerson, nobodysId, normaliseEmail } from './people.ts'
import { countTry, forgetTries, returnTry } from './rate-limits.ts'
import type { SessionStart } from './sessions.ts'
import type { AuthTx } from './store.ts'
import { tellRefusal } from './tell-refusal.ts'
import type { Visit } from './visit.ts'

const wrong = 'This e-mail address and password do not belong together.'

/**
 * The first proof: what a session may begin with; a full one only for a client manager whose companies ask for no more. `forbidden` in the
 * same words and after the same work for a wrong password, for an address that nobody has, and for a person without a password; `too-many`
 * before anything is hashed.
 */
export async function checkPassword(input: { email: string; password: string }, visit: Visit): Promise<SessionStart> {
  const email = normaliseEmail(input.email)
  await countTry('password-address', visit.address)
  await countTry('password-here', email, visit.address)
  await countTry('password-account', email)
  const person = await findPerson(email)
  // Asked for nobody too: the same statements for people who exist and who do not.
  const stored = await findPassword(person?.id ?? nobodysId)
  const isRight = await verifyPassword(stored?.hash ?? null, input.password)
  if (!person || !isRight) {
    if (person) tellRefusal(person.id, 'wrong password', visit)
    throw new DomainError('forbidden', wrong)
  }
  await returnTry('password-address', visit.address)
  await forgetTries('password-here', email, visit.address)
  await returnTry('password-account', email)
  const first = await stageAfterPassword(person.id)
  const stands = async (tx: AuthTx) =>
    (await findPassword(person.id, tx))?.hash === stored?.hash &&
    // A factor that was added meanwhile ended their sessions: no other begins without it.
    (!first.hasOneFactor || (await isOneProofEnough(person.id, tx)))
  return { userId: person.id, ...first, method: 'password', stands }
}
