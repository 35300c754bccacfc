import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { endSessionsOf } from '../auth/end-sessions.ts'
import { sessionMs } from '../auth/sessions.ts'
import { accountProcedures, Browser } from '../auth/testing/browser.ts'
import { addPasskey, givePassword, goodPassword } from '../auth/testing/ways-in.ts'
import { openTenancy } from '../auth/testing.ts'
import { openMailbox } from '../members/testing.ts'
import { handleAccountRequest } from './account-handle-request.ts'

vi.mock('next/headers', async () => (await import('../auth/testing/next-headers.ts')).nextHeaders)
vi.mock('next-auth', async () => (await import('../auth/testing/next-auth.ts')).nextAuth)

/** Who asks: each stage of a session, a full one that was proved too long ago, and those whose session is over. */
const callers = ['nobody', 'revoked', 'expired', 'idle', 'second-factor', 'enrol', 'unproved', 'full'] as const
type Caller = (typeof callers)[number]
type Code =
  | 'ok'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'PRECONDITION_REQUIRED'
  | 'PRECONDITION_FAILED'

interface Case {
  input?: (ids: { otherPasskey: string; otherSession: string }) => unknown
  /** What everybody gets who is not named: nobody gets in without a session of the right stage. */
  others?: Code
  answers: Partial<Record<Caller, Code>>
}
const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} }
const assertion = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' }
const passkeyAnswer = () => ({ response: { ...credential, response: assertion } })
const attestation = { clientDataJSON: 'AAAA', attestationObject: 'AAAA' }

const forFull = (code: Code): Case['answers'] => ({ full: code, unproved: code })
const forProved = (code: Code): Case['answers'] => ({ full: code, unproved: 'PRECONDITION_REQUIRED' })
const forAdding = (code: Code): Case['answers'] => ({ ...forProved(code), enrol: code })

/** One line a procedure. A wrong proof is an answer too: what counts is who is listened to. */
const cases: Record<string, Case> = {
  'factors.addPasskey': {
    input: () => ({ name: 'Laptop', response: { ...credential, response: attestation } }),
    answers: forAdding('BAD_REQUEST'),
  },
  'factors.confirmTotp': {
    input: () => ({ sealedSeed: 'v1.a.b.c', code: '000000' }),
    answers: forAdding('BAD_REQUEST'),
  },
  'factors.offerPasskey': { answers: forAdding('ok') },
  'factors.offerTotp': { answers: forAdding('ok') },
  'factors.removePasskey': {
    input: ({ otherPasskey }) => ({ credentialId: otherPasskey }),
    answers: forProved('NOT_FOUND'),
  },
  'factors.removeTotp': { answers: forProved('NOT_FOUND') },
  'factors.renamePasskey': {
    input: ({ otherPasskey }) => ({ credentialId: otherPasskey, name: 'Mine' }),
    answers: forFull('NOT_FOUND'),
  },
  'factors.renewRecoveryCodes': { answers: forProved('ok') },
  'security.get': { answers: forFull('ok') },
  'security.revokeOtherSessions': { answers: forFull('ok') },
  'security.revokeSession': {
    input: ({ otherSession }) => ({ sessionId: otherSession }),
    answers: forFull('NOT_FOUND'),
  },
  'security.setPassword': {
    input: () => ({ password: goodPassword, current: 'wrong' }),
    answers: forProved('FORBIDDEN'),
  },
  'signIn.askRecovery': { input: () => ({ email: 'nobody@example.com' }), others: 'ok', answers: {} },
  'signIn.code': { input: () => ({ code: '000000' }), answers: { 'second-factor': 'FORBIDDEN' } },
  'signIn.passkey': { input: passkeyAnswer, others: 'FORBIDDEN', answers: {} },
  'signIn.passkeyOptions': { others: 'ok', answers: {} },
  'signIn.password': {
    input: () => ({ email: 'nobody@example.com', password: 'wrong' }),
    others: 'FORBIDDEN',
    answers: {},
  },
  'signIn.recoveryCode': { input: () => ({ code: 'AAAA-AAAA' }), answers: { 'second-factor': 'FORBIDDEN' } },
  'signIn.redeemRecovery': { input: () => ({ token: 'AAAA' }), others: 'FORBIDDEN', answers: {} },
  'signIn.withoutFactor': { input: () => ({ password: goodPassword }), answers: { enrol: 'PRECONDITION_FAILED' } },
  'stepUp.code': { input: () => ({ code: '000000', password: 'wrong' }), answers: forFull('FORBIDDEN') },
  'stepUp.passkey': { input: passkeyAnswer, answers: forFull('FORBIDDEN') },
  'stepUp.passkeyOptions': { answers: forFull('ok') },
  'stepUp.password': { input: () => ({ password: goodPassword }), answers: forFull('FORBIDDEN') },
  'stepUp.ways': { answers: forFull('ok') },
}

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let ids: { otherPasskey: string; otherSession: string }
let person: { userId: string; email: string }
const now = new Date('2026-09-18T10:00:00Z')
let mailbox: Awaited<ReturnType<typeof openMailbox>>
beforeAll(async () => {
  mailbox = await openMailbox()
  tenancy = await openTenancy()
  const company = await tenancy.makeCompany()
  const other = await company.makeMember('owner')
  const theirs = new Browser(now)
  await theirs.hold({ userId: other.userId, stage: 'enrol', method: 'link' })
  const { passkey } = await addPasskey(theirs, other.userId)
  const { data } = await theirs.ask('security.get')
  ids = { otherPasskey: passkey.credentialId.toString('base64url'), otherSession: data.sessions[0]?.id ?? '' }
  person = await company.makeMember('technician')
  await givePassword(person.userId, now)
  const own = new Browser(now)
  await own.hold({ userId: person.userId, stage: 'enrol', method: 'link' })
  await addPasskey(own, person.userId)
})
afterAll(async () => {
  await tenancy.close()
  await mailbox?.close()
})
// Each caller asks as often as there are procedures: how often one may is tested elsewhere.
beforeEach(async () => {
  await tenancy.database.owner`delete from auth.rate_limits`
})

async function browserOf(caller: Caller): Promise<Browser> {
  const browser = new Browser(now)
  const { userId } = person
  switch (caller) {
    case 'nobody':
      return browser
    case 'second-factor':
    case 'enrol':
      await browser.hold({ userId, stage: caller, method: 'password' })
      return browser
    default:
      await browser.hold({ userId, stage: 'full', method: 'totp' })
  }
  if (caller === 'revoked') await endSessionsOf(userId)
  if (caller === 'expired') browser.now = new Date(now.getTime() + sessionMs)
  if (caller === 'idle') browser.now = new Date(now.getTime() + 30 * 60_000)
  if (caller === 'unproved') browser.now = new Date(now.getTime() + 10 * 60_000 + 1)
  return browser
}

test('every procedure has a case, and every case a procedure', () => {
  expect(Object.keys(cases).sort()).toEqual(accountProcedures.map(({ path }) => path).sort())
})

describe.each(callers)('as %s', (caller) => {
  test.each(Object.entries(cases))('%s', async (path, { input, answers, others = 'UNAUTHORIZED' }) => {
    const browser = await browserOf(caller)
    const reply = await browser.ask(path, input?.(ids))
    expect([reply.code, reply.message]).toEqual([answers[caller] ?? others, expect.any(String)])
    if (reply.code === 'UNAUTHORIZED') expect(reply.message).toBe('Sign in to go on.')
    expect(JSON.stringify([reply.message, reply.data])).not.toMatch(/select |insert |auth\.|node_modules|argon2/)
  })
})

test('what somebody else has is still theirs', async () => {
  const rows = await tenancy.database.owner`select name from auth.passkeys where credential_id = ${ids.otherPasskey}`
  expect(rows[0]?.name).toBe('Laptop')
})

describe('the door', () => {
  const url = 'http://127.0.0.1/api/account/trpc/signIn.password'
  const body = JSON.stringify({ json: { email: 'a@example.com', password: 'b' } })
  const json = { 'content-type': 'application/json' }

  test.each([
    ['from another page', { ...json, 'sec-fetch-site': 'cross-site' }, 403],
    ['from another site of ours', { ...json, 'sec-fetch-site': 'same-site' }, 403],
    ['from no page at all', json, 403],
    ['as a form', { 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' }, 415],
  ])('takes nothing %s', async (_says, headers, status) => {
    const answer = await handleAccountRequest(new Request(url, { method: 'POST', body, headers }))
    expect(answer.status).toBe(status)
  })

  test('takes one procedure a request', async () => {
    const headers = { ...json, 'sec-fetch-site': 'same-origin' }
    const twice = `{"0":${body},"1":${body}}`
    const answer = await handleAccountRequest(
      new Request(`${url},signIn.password?batch=1`, { method: 'POST', body: twice, headers }),
    )
    expect(answer.status).toBe(400)
  })
})
