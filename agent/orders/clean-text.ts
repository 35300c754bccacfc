// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** The end of a text as a report may carry it: no control characters, whole characters, at most `max` of them. */
export function cleanTail(text: string, max: number): string {
  return text.replaceAll('\r\n', '\n').slice(-max).replaceAll(forbidden, '\ufffd').toWellFormed()
}

/** The beginning of a text on one line. */
export function cleanLine(text: string, max: number): string {
  return text
    .slice(0, max)
    .replaceAll(/[\n\r\t]+/g, ' ')
    .replaceAll(forbidden, '\ufffd')
    .toWellFormed()
}
