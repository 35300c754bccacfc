/** On every answer of the door: nobody keeps it, nobody guesses its kind, and opened in a browser it may do nothing. */
export const answerHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const

/** The same for what is written to a socket by hand. */
export const rawAnswerHeaders = Object.entries(answerHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')
