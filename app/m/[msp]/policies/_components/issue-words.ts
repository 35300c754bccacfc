import type { z } from 'zod'

/** What is wrong with a value, for people: for a parser that has no sentence of its schema (`safeParse(value, { error: issueWords })`). */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'too_small':
      return isText(issue.origin) ? 'something is missing here' : `at least ${issue.minimum}`
    case 'too_big':
      return isText(issue.origin) ? `too long: at most ${issue.maximum}` : `at most ${issue.maximum}`
    case 'invalid_format':
      return 'this is not written as it must be'
    default:
      return 'this value does not fit'
  }
}

const isText = (origin: string) => origin === 'string' || origin === 'array'
