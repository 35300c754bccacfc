import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Pids of apt and dpkg processes that work on the apt root at `rootPath`, whoever started them. */
export async function findPackagingProcesses(rootPath: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const command = (await read('cmdline')).split('\0')
      if (!/(^|\/)(apt|apt-get|dpkg)$/.test(command[0] ?? '')) return []
      const isOfRoot =
        command.includes(`--root=${rootPath}`) ||
        (await read('environ')).split('\0').includes(`APT_CONFIG=${join(rootPath, 'etc/apt.conf')}`)
      return isOfRoot ? [Number(pid)] : []
    }),
  )
  return found.flat()
}

/** Waits until no apt or dpkg works on the root. Returns false when one still does after `limitMs`. */
export async function waitForPackaging(rootPath: string, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs
  while ((await findPackagingProcesses(rootPath)).length > 0) {
    if (performance.now() > until) return false
    await wait(50)
  }
  return true
}
