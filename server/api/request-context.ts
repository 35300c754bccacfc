import { contextOf, type Proof } from '../auth/contexts.ts'
import { whileStanding } from '../auth/while-standing.ts'
import type { Context } from '../context.ts'

/** What a request brings before anything is known about it. */
export interface RequestContext {
  /** Who asks, as a member of the MSP of the URL: null when nobody is signed in; `not-found` for a stranger. */
  findMember(): Promise<Context | null>
  /** For a verb that makes somebody a way in of another kind: see `whileStanding`. */
  whileStanding<T>(work: () => Promise<T>): Promise<T>
}

/** The context of one request; session and membership are read once, however many procedures the request calls. */
export function requestContext(mspSlug: string, findSignedIn: () => Promise<Proof | null>, now?: Date): RequestContext {
  let proof: Promise<Proof | null> | undefined
  let member: Promise<Context | null> | undefined
  const findProof = () => {
    proof ??= findSignedIn()
    return proof
  }
  const find = async () => {
    const signedIn = await findProof()
    return signedIn ? contextOf(signedIn, mspSlug, now) : null
  }
  return {
    findMember() {
      member ??= find()
      return member
    },
    async whileStanding(work) {
      const signedIn = await findProof()
      if (!signedIn) throw new Error('nobody is signed in')
      return whileStanding(signedIn, work)
    },
  }
}
