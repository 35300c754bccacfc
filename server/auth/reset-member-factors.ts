import { and, eq, gt, isNull, ne } from 'drizzle-orm'
import { formatSpelled } from '../../components/format.ts'
import { apiKeys, members } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { linkTo, mailSinkUrl, sendMail } from '../mail/gateway.ts'
import { spokenName } from '../mail/rules.ts'
import { lockMembers, memberOf, requireCan } from '../members/lock-members.ts'
import { memberCan } from '../members/rules.ts'
import type { OneMember } from '../members/schema.ts'
import { afterADay, keepSecondPerson, saysLess } from '../members/settle.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { removeEveryWayIn } from './remove-every-way-in.ts'
import { linkMs } from './rules.ts'
import { authDatabase } from './store.ts'

/**
 * Takes every way in of a member away with their API keys, ends their sessions, and mails them a link with which they add new ways in.
 * Only for somebody who belongs to this MSP alone: no company locks a person out of another. `unavailable` where the mail was not taken;
 * they can ask for it themselves then.
 */
export async function resetMemberFactors(ctx: Context, input: OneMember): Promise<{ mailSinkUrl: string | null }> {
  const member = await perform(ctx, 'member:reset-factors', async (tx) => {
    const locked = await lockMembers(tx, ctx)
    const found = memberOf(locked, input.userId)
    requireCan(memberCan.resetFactors(locked.viewer, found))
    if (await belongsElsewhere(ctx.mspId, found.userId))
      throw notAllowedNow('Only they can do this: “Forgotten?” on the sign-in page sends them a link.')
    // Whoever reset them might come in as them.
    await tx
      .update(members)
      .set({ mayConfirmFrom: afterADay(ctx.now) })
      .where(eq(members.userId, found.userId))
    if (saysLess(found, null)) await keepSecondPerson(tx, ctx)
    // Before the record of it commits: what was not taken away is never written down as if it were.
    await removeEveryWayIn(found.userId)
    // After it: a key that was being made at that moment is there by now (`whileStanding`).
    const keys = await tx
      .update(apiKeys)
      .set({ revokedAt: ctx.now, revokedBy: actorName(ctx.actor) })
      .where(and(eq(apiKeys.userId, found.userId), isNull(apiKeys.revokedAt), gt(apiKeys.expiresAt, ctx.now)))
      .returning({ name: apiKeys.name })
    return {
      value: found,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: found.userId, name: found.name },
          reason: input.reason,
          details: keys.length > 0 ? { keysRevoked: keys.map(({ name }) => name) } : {},
        },
      ],
    }
  })
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
  const path = await mintSignInLink(member.email, ctx.now, 'recovery')
  if (!path) throw new Error('the person who was reset is gone')
  try {
    await sendMail({
      to: member.email,
      subject: 'Add new ways to sign in',
      text: `Hello ${spokenName(member.name)},

${spokenName(actorName(ctx.actor))} took your passkeys, your authenticator app and your password for Patchward away, and ended your sessions and your API keys.

Open this link and press the button to add new ones. It works once, within ${formatSpelled(linkMs)}:

${linkTo(path)}

Later, “Forgotten?” on the sign-in page sends you another one.
`,
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const rest = 'They are signed out; “Forgotten?” on the sign-in page sends them a link.'
    throw new DomainError(error.code, `${error.message} ${rest}`)
  }
}
