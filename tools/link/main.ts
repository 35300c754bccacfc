import { z } from 'zod'
import { formatSpelled } from '../../components/format.ts'
import { mintSignInLink } from '../../server/auth/mint-sign-in-link.ts'
import { isLoopbackHost } from '../../server/auth/peer-address.ts'
import { linkMs } from '../../server/auth/rules.ts'
import { closeAuth, connectAuth } from '../../server/auth/store.ts'
import { postgresUrl, readEnv } from '../../server/env/read-env.ts'

/** `node tools/link/main.ts <person e-mail>`: prints a one-time sign-in link alone on its last line. */
async function main(person: string | undefined): Promise<void> {
  if (!person) throw new Error('Say for whom: node tools/link/main.ts person@example.com')
  const env = readEnv('link', {
    AUTH_DATABASE_URL: postgresUrl,
    AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  })
  connectAuth({ databaseUrl: env.AUTH_DATABASE_URL, secret: env.AUTH_SECRET, publicUrl: env.PUBLIC_URL })
  const path = await mintSignInLink(person, new Date())
  if (!path) throw new Error(`Nobody here has the e-mail address ${person}, so there is no link to make.`)
  const link = new URL(path, env.PUBLIC_URL)
  if (!isLoopbackHost(link.host))
    console.log('Opened elsewhere than on the machine that runs Patchward, it asks for a second factor, or to add one.')
  console.log(`For ${person}, once, within ${formatSpelled(linkMs)}:`)
  console.log(link.toString())
}

try {
  await main(process.argv[2])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await closeAuth()
}
