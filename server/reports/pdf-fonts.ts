import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { create } from 'fontkit'

export type Weight = 'regular' | 'strong'

/** One font file as it can be embedded: a family comes in files by script, of which a sheet embeds those it needs. */
export interface Face {
  name: string
  bytes: Buffer
  /** The code points that it has a sign for. */
  has: ReadonlySet<number>
}

/** The faces of each weight, the product's own first: the first one that has a sign draws it. */
export type Faces = Record<Weight, Face[]>

const weights: Record<Weight, number> = { regular: 400, strong: 600 }
/** Static files, as WOFF: fontkit sets a variable font of WOFF2 in its default weight, whatever one asks for. */
const families: [family: string, scripts: string[]][] = [
  ['hanken-grotesk', ['latin', 'latin-ext', 'vietnamese', 'cyrillic-ext']],
  ['noto-sans', ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext']],
]
const { resolve } = createRequire(import.meta.url)
let loaded: Promise<Faces> | undefined

/** Reads the fonts of the reports, once for each process. */
export function loadFaces(): Promise<Faces> {
  loaded ??= readFaces()
  return loaded
}

async function readFaces(): Promise<Faces> {
  return { regular: await readWeight('regular'), strong: await readWeight('strong') }
}

const readWeight = (weight: Weight) =>
  Promise.all(
    families.flatMap(([family, scripts]) =>
      scripts.map(async (script): Promise<Face> => {
        const name = `${family}-${script}-${weights[weight]}-normal`
        const bytes = await readFile(resolve(`@fontsource/${family}/files/${name}.woff`))
        return { name, bytes, has: codePointsOf(bytes) }
      }),
    ),
  )

function codePointsOf(bytes: Buffer): Set<number> {
  const font = create(bytes)
  if (!('characterSet' in font)) throw new Error('A font file of the reports holds several fonts')
  return new Set(font.characterSet)
}
