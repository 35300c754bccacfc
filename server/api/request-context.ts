import { contextOf, type Proof } from '../auth/contexts.ts'
import type { Context } from '../context.ts'

/** What a request brings before anything is known about it. */
export interface RequestContext {
  /** Who asks, as a member of the MSP of the URL: null when nobody is signed in; `not-found` for a stranger. */
  findMember(): Promise<Context | null>
}

/** The context of one request; the membership is read once, however many procedures the request calls. */
export function requestContext(mspSlug: string, findSignedIn: () => Promise<Proof | null>, now?: Date): RequestContext {
  let member: Promise<Context | null> | undefined
  const find = async () => {
    const signedIn = await findSignedIn()
    return signedIn ? contextOf(signedIn, mspSlug, now) : null
  }
  return {
    findMember() {
      member ??= find()
      return member
    },
  }
}
