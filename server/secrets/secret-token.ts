import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits; only its hash is stored. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** SHA-256 in hex: enough for a token that nobody can guess. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')
