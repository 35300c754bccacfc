/** What a password must be, and what was wrong with it. Pure: runs in browsers too. */
export const passwordLength = { least: 8, most: 200 } as const

/** A link that signs in, or leads back in, works this long, and once. */
export const linkMs = 15 * 60_000

/** Beside the closed button of a way in that is the last one; the verbs say the same. */
export const lastWayReason = 'This is your last way in. Add another one first.'

/** Names of the ways to prove oneself, as people read them in lists and in the log. */
export const methodNames: Record<string, string> = {
  link: 'Link from the console',
  password: 'Password',
  recovery: 'Recovery mail',
  invitation: 'Invitation',
  totp: 'Password and code',
  'recovery-code': 'Recovery code',
  passkey: 'Passkey',
  directory: 'Company account',
}

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*Safari\//, 'Safari'],
  [/\bcurl\//, 'curl'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** "Firefox on Windows". A browser says of itself what it likes, so only words of ours are shown. */
export function describeBrowser(userAgent: string): string {
  const find = (names: typeof browsers) => names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  if (browser && system) return `${browser} on ${system}`
  return browser ?? (system ? `A browser on ${system}` : 'An unknown browser')
}

/** Passkeys belong to a host name: on a bare address of this machine browsers refuse them. Answers the address to open instead. */
export function passkeyAddress(address: string): string | null {
  const url = URL.parse(address)
  if (!url || !/^(127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)) return null
  url.hostname = 'localhost'
  return url.toString()
}
