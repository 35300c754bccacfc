import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import tailwind from '@tailwindcss/postcss'
import { type BuildOptions, build } from 'esbuild'
import postcss, { type AcceptedPlugin } from 'postcss'

/*
 * Writes dist/gallery.html: every part in every state, for looking and for the visual tests. The page is rendered on
 * the server side first, then dist/gallery.js brings it to life (dialogs, menus, toasts).
 */

const here = import.meta.dirname
const root = join(here, '../..')
const dist = join(root, 'dist')
const require = createRequire(import.meta.url)

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  // The router is not there: links are plain anchors.
  alias: { 'next/link': join(here, 'plain-link.tsx') },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
}

async function renderPage(): Promise<string> {
  const file = join(dist, 'gallery-server.mjs')
  await build({
    ...shared,
    entryPoints: [join(here, 'render.tsx')],
    outfile: file,
    platform: 'node',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  })
  // The bundle exports `renderGallery(): string`; a computed import has no type of its own.
  const bundle = (await import(pathToFileURL(file).href)) as { renderGallery: () => string }
  return bundle.renderGallery()
}

async function compileStyles(): Promise<string> {
  const from = join(here, 'gallery.css')
  // The plugin's types come with a second copy of postcss; at run time they are one.
  const plugin = tailwind({ base: root, optimize: true }) as unknown as AcceptedPlugin
  const result = await postcss([plugin]).process(await readFile(from, 'utf8'), {
    from,
  })
  return result.css
}

async function copyFonts(): Promise<string> {
  const faces = await Promise.all(
    [
      ['hanken-grotesk', 'Hanken Grotesk Variable'],
      ['jetbrains-mono', 'JetBrains Mono Variable'],
    ].map(async ([name, family]) => {
      const file = `${name}-latin-wght-normal.woff2`
      const folder = dirname(require.resolve(`@fontsource-variable/${name}/package.json`))
      await copyFile(join(folder, 'files', file), join(dist, file))
      return `@font-face{font-family:'${family}';font-weight:100 900;src:url(${file}) format('woff2-variations')}`
    }),
  )
  return faces.join('\n')
}

await mkdir(dist, { recursive: true })
await build({
  ...shared,
  entryPoints: [join(here, 'hydrate.tsx')],
  outfile: join(dist, 'gallery.js'),
  platform: 'browser',
  // A module would not load from a file address.
  format: 'iife',
  minify: true,
})
const [markup, styles, fonts] = await Promise.all([renderPage(), compileStyles(), copyFonts()])
const file = join(dist, 'gallery.html')
await writeFile(
  file,
  `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Patchward parts</title><style>${fonts}\n${styles}</style></head><body class="min-h-dvh"><div id="root" class="isolate">${markup}</div><script defer src="gallery.js"></script></body></html>`,
)
console.log(`Parts written to ${file}`)
