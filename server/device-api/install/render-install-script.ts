import { readFile } from 'node:fs/promises'
import { doorPaths } from '../../../agent/wire/door.ts'

export interface InstallValues {
  /** Address of the door as other machines reach it. */
  server: string
  bundleSha256: string
  nodeSha256: string
  /** Architecture of the Node binary, in Node's words: `x64`, `arm64`. */
  architecture: string
}

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8')

/** The systemd unit that the script writes. */
export const readUnit = () => read('./patchward-agent.service')

/** The shell script that installs and enrols a machine: holds the hashes of what it fetches, and no token. Throws on an odd address. */
export async function renderInstallScript(values: InstallValues): Promise<string> {
  // The address is put into shell quotes: only what an address can be goes in.
  if (!/^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(values.server))
    throw new Error(`PUBLIC_DEVICE_URL is not an origin: ${values.server}`)
  const filled: Record<string, string> = {
    SERVER: values.server,
    ARCHITECTURE: values.architecture,
    BUNDLE_SHA256: values.bundleSha256,
    NODE_SHA256: values.nodeSha256,
    BUNDLE_PATH: doorPaths.bundle,
    NODE_PATH: doorPaths.node,
    UNIT: await readUnit(),
  }
  const template = await read('./install.sh')
  return template.replace(/@([A-Z0-9_]+)@/g, (mark, name: string) => filled[name] ?? mark)
}
