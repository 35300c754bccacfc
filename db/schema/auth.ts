import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
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

const ofUser = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

/** Tokens are stored as SHA-256 only. */
export const sessions = auth.table(
  'sessions',
  {
    tokenHash: text().primaryKey(),
    userId: ofUser(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    /** Moved at most once a minute; a session that nobody used for half an hour is over. */
    lastSeenAt: moment().notNull().defaultNow(),
    /** `full` alone opens the product; the others lead to one page: show the second factor, or add one. No default: who forgets it, fails. */
    stage: text({ enum: ['full', 'second-factor', 'enrol'] }).notNull(),
    /** How the person proved who they are, in the words of `server/auth/rules.ts`. */
    method: text().notNull().default('link'),
    /** Began full by a password alone: it is full only while every membership of its person lets it (`server/auth/one-factor.ts`). */
    hasOneFactor: boolean().notNull().default(false),
    /** When they last proved it: at most ten minutes ago for what needs a step-up. */
    provedAt: moment(),
    /** The directory that vouched for them (Entra tenant, Google domain); null for every other way in. */
    identityProvider: text(),
    identityTenant: text(),
    /** Came by a recovery link: may set a new password without the old one. */
    mayResetPassword: boolean().notNull().default(false),
    address: text().notNull().default(''),
    userAgent: text().notNull().default(''),
  },
  (t) => [index('sessions_user').on(t.userId), check('sessions_one_factor', sql`stage = 'full' or not has_one_factor`)],
)

export const signInLinks = auth.table('sign_in_links', {
  tokenHash: text().primaryKey(),
  userId: ofUser(),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
  /** `console`: printed on the machine itself; `recovery`: sent by mail. */
  purpose: text({ enum: ['console', 'recovery'] })
    .notNull()
    .default('console'),
})

/** argon2id, with its parameters in the text. */
export const passwords = auth.table('passwords', {
  userId: ofUser().primaryKey(),
  hash: text().notNull(),
  changedAt: moment().notNull(),
})

/** One authenticator app a person. The seed is sealed (`server/secrets`). */
export const totpFactors = auth.table('totp_factors', {
  userId: ofUser().primaryKey(),
  sealedSeed: text().notNull(),
  createdAt: moment().notNull(),
  /** The last time step whose code was taken: none is taken twice. */
  lastStep: bigint({ mode: 'number' }).notNull().default(0),
})

/** Ten single-use codes; SHA-256 of 80 random bits. */
export const recoveryCodes = auth.table(
  'recovery_codes',
  { userId: ofUser(), codeHash: text().notNull(), createdAt: moment().notNull(), usedAt: moment() },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
)

export const passkeys = auth.table(
  'passkeys',
  {
    credentialId: text().primaryKey(),
    userId: ofUser(),
    /** COSE key, base64url. */
    publicKey: text().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    name: text().notNull(),
    isBackedUp: boolean().notNull(),
    createdAt: moment().notNull(),
    lastUsedAt: moment(),
  },
  (t) => [index('passkeys_user').on(t.userId)],
)

/** A challenge for one ceremony of one browser; taken once. */
export const passkeyChallenges = auth.table('passkey_challenges', {
  /** SHA-256 of the cookie that the ceremony's browser holds. */
  tokenHash: text().primaryKey(),
  challenge: text().notNull(),
  purpose: text({ enum: ['register', 'sign-in', 'step-up'] }).notNull(),
  userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
})

/** Accounts of directories. Known by what never changes (`tid`+`oid`, `sub`), never by an e-mail address. */
export const identities = auth.table(
  'identities',
  {
    provider: text().notNull(),
    subject: text().notNull(),
    userId: ofUser(),
    tenant: text().notNull(),
    /** The address the directory showed when it was last used: for the person's eyes only. */
    label: text().notNull(),
    createdAt: moment().notNull(),
    lastUsedAt: moment(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), index('identities_user').on(t.userId)],
)

/** Counters of `rate-limiter-flexible`, in its own form: shared by all copies of the web process. */
export const rateLimits = auth.table('rate_limits', {
  key: text().primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since 1970; null = never. */
  expire: bigint({ mode: 'number' }),
})
