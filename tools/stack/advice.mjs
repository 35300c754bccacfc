/** An expected failure: its message is one sentence that says what to do. Printed without a stack. */
export class Advice extends Error {
  name = 'Advice'
}

/** The last lines of a text, for showing why a step failed. */
export function lastLines(text, count = 15) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
