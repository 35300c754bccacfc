import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { hashToken } from '../secrets/secret-token.ts'
import { endSession, findFullSession } from './sessions.ts'

/** next-auth asks for these by name; signing in never makes or changes a person here. */
function refuse(): never {
  throw new Error('people are made by an owner, not by signing in')
}

/** next-auth's view of our sessions. It hands over tokens in clear; only their hashes reach the database. */
export const adapter: Adapter = {
  // Ours begin in `begin-own-session.ts`, which knows how the person proved themselves.
  createSession: refuse,
  async getSessionAndUser(sessionToken) {
    const found = await findFullSession(hashToken(sessionToken), new Date())
    if (!found) return null
    const user: AdapterUser = { id: found.userId, name: found.name, email: found.email, emailVerified: null }
    return { session: { sessionToken, userId: found.userId, expires: found.expiresAt }, user }
  },
  // The end of a session is fixed at its beginning.
  async updateSession() {
    return null
  },
  async deleteSession(sessionToken) {
    await endSession(hashToken(sessionToken))
  },
  createUser: refuse,
  getUser: refuse,
  getUserByEmail: refuse,
  // Asked before our own callback is: who an account belongs to is for that one to find.
  getUserByAccount: async () => null,
  updateUser: refuse,
  linkAccount: refuse,
}
