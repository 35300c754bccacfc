import { createTransport } from 'nodemailer'
import { pino } from 'pino'
import { DomainError } from '../errors.ts'
import type { Mail } from './rules.ts'

const log = pino({ name: 'mail' })
const connectionMs = 5_000
const answerMs = 15_000

/** A mail that did not leave. `isCertain`: the mail server said so, or never heard of it; otherwise it may have arrived all the same. */
export class MailNotTaken extends DomainError {
  readonly isCertain: boolean
  constructor(message: string, isCertain: boolean) {
    super('unavailable', message)
    this.isCertain = isCertain
  }
}

/** How mail leaves this process, and where its links lead. */
export interface MailSettings {
  /** `smtp://` or `smtps://` address of the mail server, with its login if it wants one; undefined = this installation sends no mail. */
  url: string | undefined
  /** Sender: an address, or `Name <address>`. */
  from: string
  /** Address of the console, without a slash at the end. */
  publicUrl: string
  /** Where people at this machine read mail that goes to no mailbox: with the local sink only. */
  sinkUrl?: string
}

// Next bundles server code more than once; what a process was given lies where every copy finds it.
const shared = globalThis as { patchwardMail?: MailSettings }

/** Says how mail leaves. Called once, by the process entry; it opens no connection. */
export function connectMail(settings: MailSettings): void {
  shared.patchwardMail = settings
}

/** The whole address of a path of the console, as it stands in a mail. */
export function linkTo(path: string): string {
  if (!shared.patchwardMail) throw new Error('this process knows no address for its mail')
  return new URL(path, shared.patchwardMail.publicUrl).toString()
}

/** Page of the local sink, for a link beside "sent"; null where mail goes to real mailboxes. */
export function mailSinkUrl(): string | null {
  return shared.patchwardMail?.sinkUrl ?? null
}

/**
 * Sends one plain mail to one person and waits until the mail server has taken it. `MailNotTaken`, `unavailable`, with a sentence that begins "Not sent:"
 * where there is no mail server, or it does not take the mail; why stands in the log.
 */
export async function sendMail(mail: Mail): Promise<void> {
  const { url, from } = shared.patchwardMail ?? {}
  if (!url) throw new MailNotTaken('Not sent: this installation has no mail server (MAIL_URL).', true)
  // Neither may hold what begins another header or another recipient, whoever wrote it.
  if (/[\p{Cc},;<>]/u.test(mail.to) || /\p{Cc}/u.test(mail.subject)) throw new Error('a mail with a broken head')
  const transport = createTransport({
    url,
    connectionTimeout: connectionMs,
    greetingTimeout: connectionMs,
    socketTimeout: answerMs,
    // A mail is text of ours: nothing in it may fetch a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({
      from,
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  } catch (error) {
    // Its words repeat whom the mail was for, which no log should hold.
    const reason = error instanceof Error && 'code' in error ? error.code : 'unknown'
    log.error({ reason }, 'a mail was not taken')
    throw new MailNotTaken('Not sent: the mail server did not take the mail.', wasRefused(error))
  } finally {
    transport.close()
  }
}

/** What fails before a mail is handed over: names, connections, greetings, logins, addresses. */
const earlyCodes = new Set(['EDNS', 'ETLS', 'EAUTH', 'EENVELOPE'])
const earlyWords = /^(Connection timeout|Greeting never received)/

/** The server answered no, or nothing had been handed to it yet. Where the connection broke the library does not say how far it was. */
function wasRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('responseCode' in error && typeof error.responseCode === 'number') return true
  if ('syscall' in error && error.syscall === 'connect') return true
  return ('code' in error && earlyCodes.has(String(error.code))) || earlyWords.test(error.message)
}
