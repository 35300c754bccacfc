import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSink } from '../../tools/mail-sink/start-sink.ts'
import { jobContext } from '../auth/job-context.ts'
import type { Context } from '../context.ts'
import { connectMail } from '../mail/gateway.ts'

/** A job of last week: whom it makes members has been here long enough to be somebody's second person. */
export const lastWeek = (mspId: string, now = new Date()): Context =>
  jobContext(mspId, 'test', new Date(now.getTime() - 7 * 86_400_000))

/** A mail server of the test's own, on loopback; `linkIn` is the one link of the newest mail to an address. */
export async function openMailbox(publicUrl = 'http://127.0.0.1:3000') {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-mailbox-'))
  const sink = await startSink({ smtpPort: 0, webPort: 0, folder })
  const connect = (url: string | undefined = sink.smtpUrl) =>
    connectMail({ url, from: 'Patchward <patchward@test.example>', publicUrl, sinkUrl: sink.url })
  connect()
  const mailsTo = (to: string) => sink.store.list(to)
  const linksIn = (text: string) => text.match(/https?:\/\/\S+/g) ?? []
  return {
    sink,
    mailsTo,
    linksIn,
    /** No mail server from now on, until `reconnect`. */
    disconnect: () => connectMail({ url: undefined, from: 'x@test.example', publicUrl }),
    reconnect: () => connect(),
    tokenTo(to: string): string {
      const [link] = linksIn(mailsTo(to)[0]?.text ?? '')
      const token = new URL(link ?? '', publicUrl).searchParams.get('token')
      if (!token) throw new Error(`no link was sent to ${to}`)
      return token
    },
    async close() {
      await sink.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
