import { expect, test } from 'vitest'
import { enrolCommand, judgeDeviceUrl } from './enrol-command.ts'

test.each([
  ['https://devices.example.org', 'fine'],
  ['http://devices.example.org', 'refused'],
  ['http://10.0.0.7:4000', 'refused'],
  ['http://127.0.0.1:4000', 'this-machine-only'],
  ['http://[::1]:4000', 'this-machine-only'],
  ['https://localhost:4000', 'this-machine-only'],
  ['http://127.0.0.1.example.org', 'refused'],
])('%s is %s', (url, verdict) => {
  expect(judgeDeviceUrl(url)).toBe(verdict)
})

test('the command holds the address and no token', () => {
  expect(enrolCommand('https://devices.example.org')).toBe(
    'curl -fsSL https://devices.example.org/install.sh -o patchward-install.sh && sudo sh patchward-install.sh',
  )
})
