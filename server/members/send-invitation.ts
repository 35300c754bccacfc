import { eq } from 'drizzle-orm'
import { formatSpelled } from '../../components/format.ts'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { DomainError, notFound } from '../errors.ts'
import { linkTo, mailSinkUrl, sendMail } from '../mail/gateway.ts'
import { type Mail, spokenName } from '../mail/rules.ts'
import { paths } from '../paths.ts'
import type { Role } from '../permissions.ts'
import { invitationMs, roleNames } from './rules.ts'

/** What a mail of an invitation is made of. */
export interface InvitationLetter {
  to: string
  name: string
  company: string
  inviter: string
  role: Role
  /** The table holds its hash only: whoever reads that accepts nothing. */
  token: string
}

export async function companyName(tx: Tx, mspId: string): Promise<string> {
  const [msp] = await tx.select({ name: msps.name }).from(msps).where(eq(msps.id, mspId))
  if (!msp) throw notFound('This page')
  return msp.name
}

export function invitationMail({ to, name, company, inviter, role, token }: InvitationLetter): Mail {
  const [who, where, by] = [name, company, inviter].map(spokenName)
  return {
    to,
    subject: `${by} invites you to ${where}`,
    text: `Hello ${who},

${by} invites you to ${where} on Patchward, as ${roleNames[role].toLowerCase()}.

Open this link, read what it says and press the button. It works once, within ${formatSpelled(invitationMs)}:

${linkTo(paths.invitation(token))}

Then you add a passkey, or a password with an authenticator app. If you do not expect this, leave it: nothing happens without the button.
`,
  }
}

/** Sends it. `unavailable` where it was not taken: what was stored stands, and may be sent again. */
export async function sendInvitation(letter: InvitationLetter): Promise<{ mailSinkUrl: string | null }> {
  try {
    await sendMail(invitationMail(letter))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new DomainError(error.code, `${error.message} The invitation stands; send it again.`)
  }
  return { mailSinkUrl: mailSinkUrl() }
}
