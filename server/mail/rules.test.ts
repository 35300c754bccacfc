import { expect, test } from 'vitest'
import { spokenName } from './rules.ts'

test.each([
  ['Zoë O’Neill-Smith', 'Zoë O’Neill-Smith'],
  ['J. R. Hartley', 'J. R. Hartley'],
  ['Northfold IT & Co. KG', 'Northfold IT & Co. KG'],
  ['Win https://evil.example/now', 'Win https evil. example now'],
  ['evil.example', 'evil. example'],
  ['a@evil.example', 'a evil. example'],
  ['<b>Nora</b> [x](y)', 'b Nora b x y'],
  ['Nora\r\nBcc: x', 'Nora Bcc x'],
])('%j stands in a mail as %j', (name, spoken) => {
  expect(spokenName(name)).toBe(spoken)
})
