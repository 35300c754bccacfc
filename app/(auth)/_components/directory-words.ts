/** Why nothing came of the way through a directory, as the page says it; the reason stands in its address. */
const sentences: Record<string, string> = {
  failed: 'Nothing came back that could be believed. Try again, or take another way.',
  over: 'That took too long, or somebody else has signed in here meanwhile. Try again.',
  unknown: 'Nobody here has linked this account. Sign in another way, then link it under Security.',
  untrusted: 'Your company here takes no sign-ins from this directory. Take another way, or ask your owner.',
  taken: 'Somebody else here has linked this account.',
  'not-first': 'You have a way in already. Sign in with it, then link this account under Security.',
  'not-fresh': 'Your directory does not say that you proved it just now. Use a passkey or a code instead.',
}

export const directorySentence = (reason: string | null): string | null =>
  reason && Object.hasOwn(sentences, reason) ? (sentences[reason] ?? null) : null
