import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { clients, msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { linkTo, sendMail } from '../mail/gateway.ts'
import { type Mail, spokenName, spokenText } from '../mail/rules.ts'
import { findManagers } from '../members/find-managers.ts'
import { paths } from '../paths.ts'

const log = pino({ name: 'portal mails' })

/** What the managers of a client are asked: the question, and the reason as it was written. */
export interface Question {
  /** After "Northfold IT asks": "whether lab-svc 2.0 may be installed". */
  asks: string
  reason: string
}

/** One manager to be told of a question. */
export interface QuestionLetter extends Question {
  to: string
  name: string
  company: string
  by: string
  /** Where it is answered, as a path of the console. */
  page: string
}

/** Whom to tell of a question to a client: its managers who may come in. Sent after the commit, by `sendToManagers`. */
export async function addressManagers(
  tx: Tx,
  ctx: Context,
  clientId: string,
  question: Question,
): Promise<QuestionLetter[]> {
  const [msp] = await tx.select({ slug: msps.slug, name: msps.name }).from(msps)
  const [client] = await tx.select({ slug: clients.slug }).from(clients).where(eq(clients.id, clientId))
  if (!msp || !client) return []
  const about = { company: msp.name, by: actorName(ctx.actor), page: paths.portal(msp.slug, client.slug) }
  const managers = (await findManagers(tx, [clientId])).get(clientId) ?? []
  return managers.map(({ name, email }) => ({ ...question, ...about, to: email, name }))
}

export function questionMail({ to, name, company, by, asks, reason, page }: QuestionLetter): Mail {
  return {
    to,
    subject: `${spokenName(company)} asks you something`,
    text: `Hello ${spokenName(name)},

${spokenName(company)} asks ${spokenText(asks)}.

${spokenName(by)} writes: ${spokenText(reason)}

Read all of it and answer on your page:

${linkTo(page)}
`,
  }
}

/** Sends them while nobody waits: what was asked stands in the portal, whether a mail arrives or not. */
export function sendToManagers(letters: readonly QuestionLetter[]): void {
  const send = async (letter: QuestionLetter) => sendMail(questionMail(letter))
  for (const letter of letters)
    send(letter).catch((error: unknown) => {
      log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'a question was not mailed')
    })
}
