import { z } from 'zod'
import { port, readEnv } from '../../server/env/read-env.ts'
import { startSink } from './start-sink.ts'

/** `node tools/mail-sink/main.ts`: the mail server of demo, dev and tests. What is sent to it stays on this machine. */
const env = readEnv('mail sink', { SINK_SMTP_PORT: port, SINK_PORT: port, SINK_FOLDER: z.string().min(1) })
const sink = await startSink({ smtpPort: env.SINK_SMTP_PORT, webPort: env.SINK_PORT, folder: env.SINK_FOLDER })
console.log(`mail is taken at ${sink.smtpUrl} and shown at ${sink.url}`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    sink.close().then(() => process.exit(0))
  })
}
