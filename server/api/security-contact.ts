interface SecurityContact {
  /** `mailto:` or `https:`. */
  contact: string
  publicUrl: string
}
// Next bundles server code more than once; every copy finds what the process entry set.
const shared = globalThis as { patchwardSecurityContact?: SecurityContact }
const validMs = 90 * 24 * 3_600_000

/** Where people write who found a hole here. Said once by the process entry, which alone reads the environment. */
export function setSecurityContact(contact: string | undefined, publicUrl: string): void {
  shared.patchwardSecurityContact = contact ? { contact, publicUrl } : undefined
}

/** The text of `/.well-known/security.txt` (RFC 9116); null where nobody is named. */
export function securityText(at: Date): string | null {
  if (!shared.patchwardSecurityContact) return null
  const { contact, publicUrl } = shared.patchwardSecurityContact
  const expires = new Date(at.getTime() + validMs).toISOString()
  const canonical = `${publicUrl}/.well-known/security.txt`
  return `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\nCanonical: ${canonical}\n`
}
