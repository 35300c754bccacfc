/**
 * The Content-Security-Policy of a page. Only scripts with this answer's nonce run, and what these load. Style sheets are our own or carry
 * the nonce; style attributes are allowed, because widths of bars and places of pop-ups are written there (no script comes of them).
 */
export function contentPolicy(nonce: string, { isDev = false, formTargets = [] as readonly string[] } = {}): string {
  const own = `'self' 'nonce-${nonce}'`
  return [
    "default-src 'none'",
    // The development server reloads by eval, and only it.
    `script-src ${own} 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`,
    "script-src-attr 'none'",
    `style-src ${own}`,
    `style-src-elem ${isDev ? "'self' 'unsafe-inline'" : own}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Of what is no page: data, files, errors. Opened as a page it may do nothing at all. */
export const dataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What every answer of the web process says, whatever it is. */
export function answerHeaders({ isHttps }: { isHttps: boolean }): Record<string, string> {
  return {
    'content-security-policy': dataPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Links of a page tell other sites nothing; forms of our own keep their Origin, by which they are known.
    'referrer-policy': 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), display-capture=(), browsing-topics=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // On plain HTTP browsers do not listen to it; saying it there would only be noise.
    ...(isHttps ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}
