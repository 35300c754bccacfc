import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A mail as it came: who it was handed over for, and what it says. */
export interface CaughtMail {
  id: string
  at: string
  from: string
  /** Recipients of the envelope. */
  to: string[]
  subject: string
  text: string
}

/** The newest ones are kept; a sink is no archive. */
const mostMails = 500

/** Mails in one file each, so that they outlive a restart of the sink. Names sort by time. */
export class MailStore {
  private readonly folder: string
  private mails: CaughtMail[]

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    // Written by this class; a file that cannot be read is no mail.
    this.mails = names.sort().flatMap((name) => readMail(join(folder, name)))
  }

  /** The newest first; `to` narrows to one recipient. */
  list(to?: string): CaughtMail[] {
    const wanted = to?.toLowerCase()
    const found = wanted ? this.mails.filter((mail) => mail.to.some((one) => one.toLowerCase() === wanted)) : this.mails
    return found.toReversed()
  }

  find(id: string): CaughtMail | undefined {
    return this.mails.find((mail) => mail.id === id)
  }

  add(mail: Omit<CaughtMail, 'id'>): void {
    const kept = { ...mail, id: `${mail.at.replaceAll(/\D/g, '')}-${randomUUID().slice(0, 8)}` }
    const file = join(this.folder, `${kept.id}.json`)
    // Links in it open accounts: for its owner's eyes only, and never half written.
    writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2), { mode: 0o600 })
    renameSync(`${file}.new`, file)
    this.mails.push(kept)
    for (const old of this.mails.splice(0, Math.max(0, this.mails.length - mostMails)))
      rmSync(join(this.folder, `${old.id}.json`), { force: true })
  }
}

function readMail(file: string): CaughtMail[] {
  try {
    // As `add` wrote it.
    return [JSON.parse(readFileSync(file, 'utf8')) as CaughtMail]
  } catch {
    return []
  }
}
