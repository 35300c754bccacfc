import { expect, test, vi } from 'vitest'
import { endSessionsOf } from '../auth/end-sessions.ts'
import { findFullSession } from '../auth/sessions.ts'
import { Browser } from '../auth/testing/browser.ts'
import { ownCompany } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import { answerDownload } from './answer-download.ts'

vi.mock('next/headers', async () => (await import('../auth/testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('../auth/testing/next-auth.ts')).nextAuth)

const own = ownCompany()

test('each page of a file is made under the rights of its moment: never more clients, and none once the session is over', async () => {
  const mine = await own.company.makeClient()
  const { userId } = await own.company.makeMember('technician', [mine.clientId])
  const browser = new Browser(new Date())
  await browser.hold({ userId, stage: 'full', method: 'password' })
  const seen: Context[] = []
  const request = new Request('http://127.0.0.1/')
  const findSignedIn = () => findFullSession(browser.tokenHash(), new Date())
  const answer = await answerDownload({ request, msp: own.company.slug, findSignedIn }, async (ctx, renew) => {
    seen.push(ctx, await renew())
    await endSessionsOf(userId)
    await expect(renew()).rejects.toThrow('The session has ended.')
    return { body: new ReadableStream({ start: (page) => page.close() }), type: 'text/plain', fileName: 'x.txt' }
  })
  expect(answer.status).toBe(200)
  expect(seen.map(({ clients }) => clients)).toEqual([[mine.clientId], [mine.clientId]])
})
