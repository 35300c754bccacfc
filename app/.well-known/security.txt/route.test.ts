import { afterEach, expect, test } from 'vitest'
import { setSecurityContact } from '@/server/api/security-contact'
import { GET } from './route'

afterEach(() => setSecurityContact(undefined, 'https://console.example'))

test('says where to write about a hole', async () => {
  setSecurityContact('mailto:security@patchward.example', 'https://console.example')
  const answer = GET()
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await answer.text()).toMatch(/^Contact: mailto:security@patchward\.example\n/)
})

test('says so where nobody is named', async () => {
  setSecurityContact(undefined, 'https://console.example')
  const answer = GET()
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('SECURITY_CONTACT')])
})
