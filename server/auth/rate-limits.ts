import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { DomainError } from '../errors.ts'
import { authClient } from './store.ts'

const minute = 60
/**
 * Tries in a fixed time, counted before anything is hashed or looked up, for people who exist and who do not. None is longer than a day and
 * a further try does not lengthen it: whoever is kept out by somebody else's tries gets in again, and meanwhile by another way.
 */
export const limits = {
  /** One account from one address: a person who tries their passwords. */
  'password-here': { points: 8, seconds: 15 * minute },
  /** One account from everywhere. */
  'password-account': { points: 40, seconds: 15 * minute },
  /** One address over all accounts. */
  'password-address': { points: 60, seconds: 15 * minute },
  'second-factor': { points: 6, seconds: 5 * minute },
  'second-factor-day': { points: 60, seconds: 24 * 60 * minute },
  'recovery-code': { points: 10, seconds: 15 * minute },
  'recovery-mail': { points: 3, seconds: 60 * minute },
  'recovery-address': { points: 20, seconds: 60 * minute },
  'link-address': { points: 30, seconds: 15 * minute },
  'directory-address': { points: 90, seconds: 15 * minute },
  'passkey-address': { points: 90, seconds: 15 * minute },
} as const satisfies Record<string, { points: number; seconds: number }>
export type Limit = keyof typeof limits

const limiters = new Map<Limit, RateLimiterPostgres>()
function limiterOf(limit: Limit): RateLimiterPostgres {
  const known = limiters.get(limit)
  if (known) return known
  const { points, seconds: duration } = limits[limit]
  const made = new RateLimiterPostgres({
    storeClient: asPool,
    storeType: 'pool',
    schemaName: 'auth',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: limit,
    points,
    duration,
  })
  limiters.set(limit, made)
  return made
}

/** What the library asks of a pool of `pg`, by our own driver. */
const asPool = {
  async query({ text, values }: { text: string; values: (string | number | null)[] }) {
    const rows = await authClient().unsafe(text, values)
    return { rows: [...rows], rowCount: rows.count }
  },
}

/** The table holds no address and no e-mail, only what they hash to. IPv6 counts by its /64, of which everybody has one to themselves. */
const keyOf = (whom: readonly string[]) =>
  createHash('sha256')
    .update(JSON.stringify(whom.map(networkOf)))
    .digest('base64url')

function networkOf(text: string): string {
  if (!isIPv6(text) || text.startsWith('::ffff:')) return text
  const [head = '', tail] = text.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

/** Counts a try of `whom`. Throws `too-many`, with when to try again, once there were too many. */
export async function countTry(limit: Limit, ...whom: string[]): Promise<void> {
  try {
    await limiterOf(limit).consume(keyOf(whom))
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    throw new DomainError('too-many', `Too many tries. Try again ${sayWhen(error.msBeforeNext)}.`)
  }
}

/** They got in: their former tries are forgotten. */
export async function forgetTries(limit: Limit, ...whom: string[]): Promise<void> {
  await limiterOf(limit).delete(keyOf(whom))
}

/** They got in: this one try does not count against others of the same address or account. */
export async function returnTry(limit: Limit, ...whom: string[]): Promise<void> {
  await limiterOf(limit).reward(keyOf(whom))
}

function sayWhen(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  if (minutes <= 1) return 'in a minute'
  return minutes < 100 ? `in ${minutes} minutes` : `in ${Math.ceil(minutes / 60)} hours`
}
