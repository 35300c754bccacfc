import { index, pgSchema, text, uuid } from 'drizzle-orm/pg-core'
import { moment, newId } from './tenant-table.ts'

/** Global: a person may belong to several MSPs. Own schema, own role (`app_auth`). */
export const auth = pgSchema('auth')

export const users = auth.table('users', {
  id: newId().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: moment(),
  createdAt: moment().notNull(),
})

/** Tokens are stored as SHA-256 only. */
export const sessions = auth.table(
  'sessions',
  {
    tokenHash: text().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    /** Moved at most once a minute; a session that nobody used for half an hour is over. */
    lastSeenAt: moment().notNull().defaultNow(),
  },
  (t) => [index('sessions_user').on(t.userId)],
)

export const signInLinks = auth.table('sign_in_links', {
  tokenHash: text().primaryKey(),
  userId: uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
})
