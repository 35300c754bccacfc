import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { postgresUrl, readEnv } from '../../server/env/read-env.ts'
import { countWords, momentWords } from './chain-words.ts'
import type { KnownHead } from './check-heads.ts'
import { readKeys } from './read-keys.ts'
import { type Verdict, verifyChain } from './verify-chain.ts'

const usage = 'node tools/audit/main.ts --key public.pem [--msp slug] [--head slug:position:hash]'

/**
 * Proves the audit log of every MSP, or of one; the exit code is 1 when anything was found. `--head`: what somebody copied from the audit
 * page earlier; a chain that was rewritten or cut off since does not hold it.
 */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      msp: { type: 'string' },
      key: { type: 'string', multiple: true, default: [] },
      head: { type: 'string', multiple: true, default: [] },
    },
  })
  if (values.key.length === 0) throw new Error(`Name the public half of the audit-signing key: ${usage}`)
  const env = readEnv('audit', { ACROSS_DATABASE_URL: postgresUrl })
  const keys = await readKeys(values.key)
  const known = values.head.map(readHead)
  const across = postgres(env.ACROSS_DATABASE_URL, { max: 1, onnotice: () => {} })
  try {
    const msps = await across<{ id: string; slug: string; name: string }[]>`
      select id, slug, name from msps ${values.msp ? across`where slug = ${values.msp}` : across``} order by slug`
    if (values.msp && msps.length === 0) throw new Error(`There is no MSP “${values.msp}” here.`)
    for (const { slug } of known)
      if (!msps.some((each) => each.slug === slug)) throw new Error(`There is no MSP “${slug}” here.`)
    let found = 0
    for (const { id, slug, name } of msps) {
      const verdict = await verifyChain(across, {
        mspId: id,
        keys,
        at: new Date(),
        known: known.filter((each) => each.slug === slug),
        onProgress: (sealed) => {
          if (sealed > 0 && sealed % 50_000 === 0) console.error(`  ${slug}: ${countWords(sealed, 'record')} read …`)
        },
      })
      found += verdict.findings.count
      printVerdict(`${name} (${slug})`, verdict)
    }
    console.log(found === 0 ? 'Nothing was altered, removed or put in.' : `${countWords(found, 'finding')}.`)
    return found === 0
  } finally {
    await across.end()
  }
}

/** `northfold:1204:3fa9…`, as the audit page gives it to copy. */
function readHead(text: string): KnownHead & { slug: string } {
  const parts = /^([\w-]+):(\d+):([0-9a-f]{64})$/.exec(text)
  if (!parts) throw new Error(`“${text}” is no head: it is slug:position:hash, as the audit page gives it to copy`)
  const [, slug = '', position = '', hash = ''] = parts
  return { slug, position: Number(position), hash }
}

function printVerdict(who: string, { findings, sealed, sealedUpTo, waiting, since, heads, newestDay }: Verdict): void {
  const upTo = sealedUpTo ? ` up to ${momentWords(sealedUpTo)}` : ''
  console.log(
    `${who}: ${countWords(sealed, 'record')} sealed${upTo}; ${countWords(heads, 'head')} signed${newestDay ? `, the newest for ${newestDay}` : ''}.`,
  )
  if (waiting > 0)
    console.log(
      `  ${countWords(waiting, 'record')} since ${momentWords(since)} ${waiting === 1 ? 'is' : 'are'} not sealed yet.`,
    )
  for (const sentence of findings.sentences) console.log(`  FOUND  ${sentence}`)
  const more = findings.count - findings.sentences.length
  if (more > 0) console.log(`  FOUND  and ${more.toLocaleString('en-GB')} more.`)
}

try {
  if (!(await main())) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
