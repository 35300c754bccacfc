import { and, eq, ne } from 'drizzle-orm'
import { identities, passwords } from '../../db/schema/auth.ts'
import { members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { mailSinkUrl, sendMail } from '../mail/gateway.ts'
import { spokenName } from '../mail/rules.ts'
import { lockMembers, memberOf, requireCan } from '../members/lock-members.ts'
import { memberCan } from '../members/rules.ts'
import type { OneMember } from '../members/schema.ts'
import { endSessionsOf } from './end-sessions.ts'
import { removeAllFactors } from './factors.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { authDatabase } from './store.ts'

/**
 * Takes every way in of a member away, ends their sessions, and mails them a link with which they add new ones. Only for somebody who
 * belongs to this MSP alone: no company locks a person out of another. `unavailable` where the mail was not taken; they can ask for it
 * themselves then.
 */
export async function resetMemberFactors(ctx: Context, input: OneMember): Promise<{ mailSinkUrl: string | null }> {
  const member = await perform(ctx, 'member:reset-factors', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const found = memberOf(locked, input.userId)
    requireCan(memberCan.resetFactors(locked.viewer, found))
    if (await belongsElsewhere(ctx.mspId, found.userId))
      throw notAllowedNow('Only they can do this: “Forgotten?” on the sign-in page sends them a link.')
    return {
      value: found,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: found.userId, name: found.name },
          reason: input.reason,
        },
      ],
    }
  })
  // A password or a directory account that somebody else knows or holds would be a way to add a factor again.
  await authDatabase().transaction(async (tx) => {
    await tx.delete(passwords).where(eq(passwords.userId, member.userId))
    await tx.delete(identities).where(eq(identities.userId, member.userId))
  })
  await removeAllFactors(member.userId)
  await endSessionsOf(member.userId)
  await sendRecovery(ctx, member)
  return { mailSinkUrl: mailSinkUrl() }
}

async function belongsElsewhere(mspId: string, userId: string): Promise<boolean> {
  const others = await authDatabase()
    .select({ mspId: members.mspId })
    .from(members)
    .where(and(eq(members.userId, userId), ne(members.mspId, mspId)))
    .limit(1)
  return others.length > 0
}

async function sendRecovery(ctx: Context, member: { name: string; email: string }): Promise<void> {
  const link = await mintSignInLink(member.email, ctx.now, 'recovery')
  if (!link) throw new Error('the person who was reset is gone')
  try {
    await sendMail({
      to: member.email,
      subject: 'Add new ways to sign in',
      text: `Hello ${spokenName(member.name)},

${spokenName(actorName(ctx.actor))} took your passkeys, your authenticator app and your password for Patchward away, and ended your sessions.

Open this link and press the button to add new ones. It works once, within 15 minutes:

${link}

Later, “Forgotten?” on the sign-in page sends you another one.
`,
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const rest = 'They are signed out; “Forgotten?” on the sign-in page sends them a link.'
    throw new DomainError(error.code, `${error.message} ${rest}`)
  }
}
