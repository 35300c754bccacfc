export type TokenState = 'usable' | 'used-up' | 'expired' | 'revoked'

/** Whether a device could still enrol with this token. Mirrors `door.enrol` of the door functions. */
export function tokenState(
  token: { revokedAt: Date | null; expiresAt: Date; usesLeft: number },
  now: Date,
): TokenState {
  if (token.revokedAt) return 'revoked'
  if (token.expiresAt <= now) return 'expired'
  return token.usesLeft < 1 ? 'used-up' : 'usable'
}
