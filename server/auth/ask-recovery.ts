import { pino } from 'pino'
import { formatSpelled } from '../../components/format.ts'
import { rootCause } from '../database-error.ts'
import { linkTo, sendMail } from '../mail/gateway.ts'
import { mintSignInLink } from './mint-sign-in-link.ts'
import { normaliseEmail } from './people.ts'
import { countTry } from './rate-limits.ts'
import { linkMs } from './rules.ts'
import type { Visit } from './visit.ts'

const log = pino({ name: 'sign-in' })

/**
 * Mails a recovery link to whoever has this address. The answer is the same, and as fast, for an address that nobody has: nobody waits for
 * the mail. `too-many` counts both alike.
 */
export async function askRecovery(email: string, visit: Visit): Promise<void> {
  await countTry('recovery-address', visit.address)
  await countTry('recovery-mail', normaliseEmail(email))
  sendRecovery(email, visit.now).catch((error: Error) =>
    log.error({ err: rootCause(error) }, 'a recovery mail was not sent'),
  )
}

/** Makes and mails the link. Answers whether there was anybody to mail it to. */
export async function sendRecovery(email: string, now: Date): Promise<boolean> {
  const path = await mintSignInLink(email, now, 'recovery')
  if (!path) return false
  await sendMail({
    to: normaliseEmail(email),
    subject: 'Your way back into Patchward',
    text: recoveryText(linkTo(path)),
  })
  return true
}

const recoveryText = (link: string) => `Somebody asked for a way back into your account at Patchward.

${link}

The link works once, within ${formatSpelled(linkMs)}. Where you have a second factor, it asks for that, or for one of your recovery codes; then
you can choose a new password.

If it was not you, there is nothing to do: without this mail nobody gets in. Tell your owner if it happens again.
`
