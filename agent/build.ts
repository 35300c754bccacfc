import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const defaultFile = join(here, '../dist/agent/patchward-agent.mjs')

/** Zod brings its messages in fifty languages; the agent speaks one, and text in the bundle is memory on each device. */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, () => ({ path: 'locales', namespace: 'empty' }))
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }))
  },
}

/** Builds the agent into one file, with its SHA-256 beside it in the form that `sha256sum -c` reads. */
export async function buildAgent(outfile = defaultFile): Promise<{ file: string; sha256: string }> {
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    entryPoints: [join(here, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Smaller text is smaller memory; names stay, so that traces can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    plugins: [withoutLocales],
    banner: { js: '#!/usr/bin/env node\n// Patchward device agent. Apache-2.0.' },
  })
  const sha256 = createHash('sha256').update(readFileSync(outfile)).digest('hex')
  writeFileSync(`${outfile}.sha256`, `${sha256}  patchward-agent.mjs\n`)
  return { file: outfile, sha256 }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const { file, sha256 } = await buildAgent()
  process.stdout.write(`${file}\nsha256 ${sha256}\n`)
}
