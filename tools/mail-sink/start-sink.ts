import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { makeMailPages } from './mail-pages.ts'
import { MailStore } from './mail-store.ts'

const mostBytes = 1024 * 1024

export interface Sink {
  /** What MAIL_URL of a process is that sends to it. */
  smtpUrl: string
  /** Its pages. */
  url: string
  store: MailStore
  close(): Promise<void>
}

/** Takes every mail for everybody, on loopback only, and shows them. A port of 0 is any free one. */
export async function startSink(input: { smtpPort: number; webPort: number; folder: string }): Promise<Sink> {
  const store = new MailStore(input.folder)
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: mostBytes,
    onData(stream, session, done) {
      simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true }).then((mail) => {
        if (stream.sizeExceeded) return done(new Error('larger than 1 MB'))
        store.add({
          at: new Date().toISOString(),
          from: mail.from?.text ?? '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          subject: mail.subject ?? '',
          text: mail.text ?? '',
        })
        done()
      }, done)
    },
  })
  // A client that breaks off is no fault of the sink.
  smtp.on('error', () => {})
  const pages = makeMailPages(store)
  const smtpPort = await listen(smtp.server, input.smtpPort)
  const webPort = await listen(pages, input.webPort)
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    url: `http://127.0.0.1:${webPort}`,
    store,
    async close() {
      pages.closeAllConnections()
      await Promise.all([
        new Promise<void>((done) => pages.close(() => done())),
        new Promise<void>((done) => smtp.close(() => done())),
      ])
    },
  }
}

type Listening = { listen(port: number, host: string, done: () => void): unknown; address(): unknown }
type Failing = { once(event: 'error', listener: (error: Error) => void): unknown }

function listen(server: Listening & Failing, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // A server of TCP that listens has a port.
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
