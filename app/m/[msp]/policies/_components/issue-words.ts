interface Issue {
  code?: string | undefined
  message: string
  minimum?: number | bigint
  maximum?: number | bigint
  origin?: string
}

/** What is wrong with a value, for people. The schema's own sentences stay; what a parser says by itself is put in words. */
export function issueWords(issue: Issue): string {
  if (issue.message.startsWith('is a time')) return issue.message.replace('is', 'write')
  if (!/^(Too (small|big)|Invalid|Expected|Unrecognized)/.test(issue.message)) return issue.message
  const isText = issue.origin === 'string' || issue.origin === 'array'
  switch (issue.code) {
    case 'too_small':
      return isText ? 'something is missing here' : `at least ${issue.minimum}`
    case 'too_big':
      return isText ? `too long: at most ${issue.maximum}` : `at most ${issue.maximum}`
    case 'invalid_format':
      return 'this is not written as it must be'
    default:
      return 'this value does not fit'
  }
}
