import { commonPasswords } from './common-passwords.ts'
import { passwordLength } from './rules.ts'

/** One spelling of what looks the same, so that a password typed on another keyboard is the same password. */
export const normalisePassword = (password: string): string => password.normalize('NFC')

/** Digits and signs that people put around a word to make it look like another one. */
const bare = (text: string) => text.toLowerCase().replace(/^[\d\W_]+|[\d\W_]+$/gu, '')
const leastPart = 4

/**
 * Why a new password is refused, as a sentence, or null. Length and known ones only: a second factor is mandatory, and rules about
 * signs and digits make people write passwords down.
 */
export function passwordFault(password: string, person: { name: string; email: string }): string | null {
  const text = normalisePassword(password)
  const letters = [...text].length
  if (letters < passwordLength.least) return `Use at least ${passwordLength.least} characters.`
  if (letters > passwordLength.most) return `Use at most ${passwordLength.most} characters.`
  const lower = text.toLowerCase()
  if (commonPasswords.has(lower) || new Set(lower).size < 4)
    return 'This is one of the passwords that are tried first. Take another one.'
  const [user = '', host = ''] = person.email.toLowerCase().split('@')
  const own = [
    ...person.name.toLowerCase().split(/\s+/),
    user,
    host,
    host.split('.')[0] ?? '',
    person.email.toLowerCase(),
  ]
  const isOwn = own.some((part) => part.length >= leastPart && (bare(lower) === bare(part) || lower === part))
  return isOwn ? 'This is your own name or address. Take another one.' : null
}
