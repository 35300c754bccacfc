import { randomInt } from 'node:crypto'
import { newToken } from '../secrets/secret-token.ts'

const prefixLength = 12
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
const form = /^pw_([a-z2-9]{12})_[\w-]{43}$/

/** A new key: `pw_<prefix>_<secret>`. By the prefix people and the database tell keys apart; the secret has 256 random bits. */
export function newKeyText(): { text: string; prefix: string } {
  const prefix = Array.from({ length: prefixLength }, () => letters[randomInt(letters.length)]).join('')
  return { text: `pw_${prefix}_${newToken()}`, prefix }
}

/** The prefix of what may be a key, or null: then nothing needs to be looked up. */
export const prefixOf = (text: string): string | null => form.exec(text)?.[1] ?? null
