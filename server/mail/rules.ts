/** One plain mail to one person: its text holds at most one link. */
export interface Mail {
  to: string
  subject: string
  text: string
}

/**
 * A name as it may stand in a mail: nothing in it that a mail program would make a link of, for whoever typed it is not whom the reader
 * trusts.
 */
export function spokenName(name: string): string {
  return name
    .replace(/[\p{C}:/@<>\\[\]()]+/gu, ' ')
    .replace(/\.(?=\p{L}|\p{N})/gu, '. ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** The same of whole sentences, which keep their signs: no address in them that a mail program would make a link of. */
export function spokenText(text: string): string {
  return text
    .replace(/[@<>\\/]+/gu, ' ')
    .replace(/\.(?=\p{L})/gu, '. ')
    .replace(/[^\S\n]+/gu, ' ')
    .trim()
}
