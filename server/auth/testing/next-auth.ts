/** Whom next-auth makes of a cookie: nobody, unless a test says. It is never believed by itself. */
export const says: { userId: string | null } = { userId: null }

/** In place of `next-auth`: `vi.mock('next-auth', async () => (await import('…/testing/next-auth.ts')).nextAuth)`. */
export const nextAuth = {
  default: () => ({
    auth: async () => (says.userId === null ? null : { user: { id: says.userId } }),
    signOut: async () => {},
  }),
}
