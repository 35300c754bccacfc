import { z } from 'zod'

/** Text from a device or for one: no control characters, so that nothing can hide in a log or a page. */
const controlCharacters =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !controlCharacters.test(value), 'has control characters')
export const line = (max: number) => text(max).refine((value) => !/[\n\r\t]/.test(value), 'is more than one line')
export const name = line(200).min(1)
