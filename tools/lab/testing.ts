import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { AptRoot } from './apt-root.ts'
import { installFirstVersions, prepareAptRoot } from './apt-root.ts'
import { hostArchitecture } from './find-missing-programs.ts'
import { firstVersions } from './packages.ts'
import type { Repository } from './repository.ts'
import { openRepository } from './repository.ts'
import type { RepositoryServer } from './repository-server.ts'
import { startRepositoryServer } from './repository-server.ts'

/** An archive with the first versions on loopback, and roots fed from it, in a folder of their own. */
export type TestArchive = {
  folder: string
  repository: Repository
  server: RepositoryServer
  /** A new root with the first versions installed. */
  makeRoot: (name: string) => Promise<AptRoot>
  remove: () => Promise<void>
}

/** Makes a test archive below the system's folder for temporary files; `remove` stops and deletes it. */
export async function makeTestArchive(): Promise<TestArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-lab-'))
  const repository = await openRepository(join(folder, 'repository'))
  await repository.publish(...firstVersions)
  const server = await startRepositoryServer({ folder: repository.folder })
  const architecture = await hostArchitecture()
  return {
    folder,
    repository,
    server,
    makeRoot: async (name) => {
      const archive = { url: server.url, publicKeyFile: repository.publicKeyFile, architecture }
      const root = await prepareAptRoot(join(folder, name), archive)
      await installFirstVersions(root, firstVersions)
      return root
    },
    remove: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until `look` finds something truthy (an empty text is nothing) and returns it; throws with `what` after `limitMs`. */
export async function waitFor<T>(what: string, look: () => Promise<T> | T, limitMs = 10_000): Promise<NonNullable<T>> {
  const until = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > until) throw new Error(`waited ${limitMs} ms for ${what}`)
    await wait(25)
  }
}

/** The text of a loopback address, or null when nothing answers. */
export function fetchText(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    get(url, { agent: false, timeout: 2000 }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('end', () => resolve(text)).once('error', () => resolve(null))
    }).once('error', () => resolve(null))
  })
}
