import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { invitations } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { findInvitation } from '../auth/invitation-guest.ts'
import { openTenancy, type TestCompany, testNow } from '../auth/testing.ts'
import type { Context } from '../context.ts'
import type { Role } from '../permissions.ts'
import { changeMember } from './change-member.ts'
import { inviteMember } from './invite-member.ts'
import { listMembers } from './queries.ts'
import { resendInvitation } from './resend-invitation.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import { inviteMemberSchema } from './schema.ts'
import { openMailbox } from './testing.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  mailbox = await openMailbox()
  company = await tenancy.makeCompany('inviting')
  owner = (await company.makeMember('owner')).ctx
})
afterAll(async () => {
  await mailbox.close()
  await tenancy.close()
})

const guest = (role: Role = 'technician', clients: 'all' | string[] = 'all') => ({
  name: 'Gail Guest',
  email: `${randomUUID()}@example.com`,
  role,
  clients,
})
const later = (ctx: Context, ms: number): Context => {
  const now = new Date(ctx.now.getTime() + ms)
  const actor = ctx.actor.kind === 'person' ? { ...ctx.actor, provedAt: now } : ctx.actor
  return { ...ctx, now, actor }
}
const minuteMs = 60_000

test('an invitation goes by mail, with one link, which names who asks whom; only its hash is stored', async () => {
  const input = guest()
  const { invitationId, mailSinkUrl } = await inviteMember(owner, input)
  expect(mailSinkUrl).toBe(mailbox.sink.url)
  const [mail] = mailbox.mailsTo(input.email)
  expect(mail?.subject).toBe('A owner invites you to MSP inviting')
  expect(mail?.text).toContain('Hello Gail Guest')
  expect(mail?.text).toContain('as technician')
  expect(mailbox.linksIn(mail?.text ?? '')).toHaveLength(1)
  const token = mailbox.tokenTo(input.email)
  const rows = await read(owner, 'member:read', (tx) => tx.select().from(invitations))
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(await findInvitation(token, testNow)).toMatchObject({
    id: invitationId,
    company: 'MSP inviting',
    role: 'technician',
  })
})

test('names cannot put a second link into it', async () => {
  const input = { ...guest(), name: 'Win at https://evil.example or evil.example' }
  await inviteMember(owner, input)
  const [mail] = mailbox.mailsTo(input.email)
  expect(mailbox.linksIn(mail?.text ?? '')).toEqual([
    expect.stringContaining('http://127.0.0.1:3000/invitation?token='),
  ])
  expect(mail?.text).not.toContain('evil.example')
})

describe('who may', () => {
  test('wants a proof of the person that is fresh, and writes down who has no right', async () => {
    const stale = { ...owner, actor: { ...owner.actor, provedAt: null } } as Context
    await expect(inviteMember(stale, guest())).rejects.toMatchObject({ code: 'step-up' })
    for (const role of ['approver', 'technician', 'billing', 'read-only'] as const) {
      const { ctx } = await company.makeMember(role)
      await expect(inviteMember(ctx, guest('read-only'))).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  test('nobody grants more than they have: an admin makes no owner', async () => {
    const { ctx } = await company.makeMember('admin')
    await expect(inviteMember(ctx, guest('owner'))).rejects.toMatchObject({ code: 'not-allowed-now' })
    await inviteMember(ctx, guest('admin'))
  })

  test('nor more clients: an admin with one client gives that one', async () => {
    const [mine, other] = [await company.makeClient(), await company.makeClient()]
    const { ctx } = await company.makeMember('admin', [mine.clientId])
    await expect(inviteMember(ctx, guest('technician', 'all'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(inviteMember(ctx, guest('technician', [mine.clientId, other.clientId]))).rejects.toMatchObject({
      code: 'not-found',
    })
    const { invitationId } = await inviteMember(ctx, guest('client-manager', [mine.clientId]))
    const hidden = await inviteMember(owner, guest('client-manager', [other.clientId]))
    const listed = (await listMembers(ctx)).invitations.map(({ id }) => id)
    expect(listed).toContain(invitationId)
    expect(listed).not.toContain(hidden.invitationId)
    for (const verb of [resendInvitation, revokeInvitation])
      await expect(verb(later(ctx, 2 * minuteMs), { invitationId: hidden.invitationId })).rejects.toMatchObject({
        code: 'not-found',
      })
  })

  test('a demoted admin’s request that was under way gives nothing', async () => {
    const admin = await company.makeMember('admin')
    await tenancy.database.owner`alter table members no force row level security`
    await tenancy.database.owner`update members set role = 'technician' where user_id = ${admin.userId}`
    await tenancy.database.owner`alter table members force row level security`
    await expect(inviteMember(admin.ctx, guest())).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a client manager is asked in for named clients only, an owner for all', async () => {
    const { clientId } = await company.makeClient()
    const fits = (role: Role, clients: 'all' | string[]) => inviteMemberSchema.safeParse(guest(role, clients)).success
    expect([fits('client-manager', 'all'), fits('client-manager', []), fits('owner', [clientId])]).toEqual([
      false,
      false,
      false,
    ])
    expect([fits('client-manager', [clientId]), fits('owner', 'all')]).toEqual([true, true])
  })
})

describe('once', () => {
  test('a member, and an address that was asked already, are not asked again; not by two at once either', async () => {
    const member = await company.makeMember('read-only')
    await expect(inviteMember(owner, { ...guest(), email: member.email })).rejects.toMatchObject({ code: 'conflict' })
    const input = guest()
    const results = await Promise.allSettled([inviteMember(owner, input), inviteMember(owner, input)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(mailbox.mailsTo(input.email)).toHaveLength(1)
  })

  test('sent again the former link is dead; within a minute it is not sent', async () => {
    const input = guest()
    const sent = await inviteMember(owner, input)
    const former = mailbox.tokenTo(input.email)
    await expect(resendInvitation(later(owner, minuteMs / 2), sent)).rejects.toMatchObject({ code: 'too-many' })
    await resendInvitation(later(owner, minuteMs), { invitationId: sent.invitationId })
    const now = new Date(testNow.getTime() + minuteMs)
    expect(await findInvitation(former, now)).toBeNull()
    expect(await findInvitation(mailbox.tokenTo(input.email), now)).toMatchObject({ id: sent.invitationId })
  })

  test('one that was revoked is dead, and is not sent again', async () => {
    const input = guest()
    const { invitationId } = await inviteMember(owner, input)
    await revokeInvitation(owner, { invitationId })
    expect(await findInvitation(mailbox.tokenTo(input.email), testNow)).toBeNull()
    await expect(resendInvitation(later(owner, 2 * minuteMs), { invitationId })).rejects.toMatchObject({
      code: 'not-allowed-now',
    })
    // The address is free again.
    await inviteMember(owner, input)
  })

  test('it lasts seven days', async () => {
    const input = guest()
    await inviteMember(owner, input)
    const token = mailbox.tokenTo(input.email)
    const at = (days: number) => findInvitation(token, new Date(testNow.getTime() + days * 24 * 60 * minuteMs))
    expect(await at(6.99)).not.toBeNull()
    expect(await at(7)).toBeNull()
  })
})

test('one whose sender may not give it any more is shown as lapsed: it is revoked, not sent again', async () => {
  const { clientId } = await company.makeClient()
  const admin = await company.makeMember('admin')
  const limited = await company.makeMember('admin', [clientId])
  const input = guest('technician', [clientId])
  const { invitationId } = await inviteMember(admin.ctx, input)
  const stateFor = async (ctx: Context) =>
    (await listMembers(ctx)).invitations.find(({ id }) => id === invitationId)?.state
  expect([await stateFor(owner), await stateFor(limited.ctx)]).toEqual(['open', 'open'])
  const role = 'technician' as const
  await changeMember(owner, { userId: admin.userId, role, clients: 'all' })
  expect([await stateFor(owner), await stateFor(limited.ctx)]).toEqual(['lapsed', 'lapsed'])
  const at = later(owner, 2 * minuteMs)
  await expect(resendInvitation(at, { invitationId })).rejects.toMatchObject({
    code: 'not-allowed-now',
    message: 'Who sent it may not give this away any more. Revoke it, then invite them anew.',
  })
  await revokeInvitation(at, { invitationId })
  await inviteMember(at, input)
})

test('a mail that was not taken leaves the invitation, which can be sent again', async () => {
  const input = guest()
  mailbox.disconnect()
  await expect(inviteMember(owner, input)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Not sent: this installation has no mail server (MAIL_URL). The invitation stands; send it again.',
  })
  mailbox.reconnect()
  const open = (await listMembers(owner)).invitations.find(({ email }) => email === input.email)
  await resendInvitation(later(owner, minuteMs), { invitationId: open?.id ?? '' })
  expect(mailbox.mailsTo(input.email)).toHaveLength(1)
})

test('another company’s invitation is not found, in the words for one that never was', async () => {
  const other = await tenancy.makeCompany()
  const stranger = (await other.makeMember('owner')).ctx
  const { invitationId } = await inviteMember(owner, guest())
  for (const id of [invitationId, randomUUID()])
    await expect(revokeInvitation(stranger, { invitationId: id })).rejects.toMatchObject({
      code: 'not-found',
      message: 'This invitation was not found',
    })
})
