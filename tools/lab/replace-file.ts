import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file so that a reader sees the old or the new content, never a part. Makes missing folders. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.new`
  await writeFile(part, content, { mode })
  await rename(part, path)
}
