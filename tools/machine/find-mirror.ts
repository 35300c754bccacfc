import { readFile } from 'node:fs/promises'
import { runProgram } from '../lab/run-program.ts'

export interface Mirror {
  /** The suite of this host, such as `bookworm`. */
  suite: string
  /** Source line of the suite as it was released. */
  release: string
  /** Source line of its security updates. */
  security: string
  /** Files of both archives that must be there to be read. */
  probes: string[]
  /** The host's own proxies for apt, as lines of apt.conf. */
  proxies: string[]
}

/** Where this host gets its own packages from, read from its apt sources; null when they name no release with security updates. */
export async function findMirror(): Promise<Mirror | null> {
  const { VERSION_CODENAME: suite } = await readOsRelease()
  if (!suite) return null
  const { stdout } = await runProgram('apt-get', [
    'indextargets',
    '--format',
    '$(RELEASE)|$(COMPONENT)|$(REPO_URI)',
    'Identifier: Packages',
  ])
  const found = stdout.split('\n').map((line) => line.split('|'))
  const addressOf = (release: string) =>
    found.find(([name, component, url]) => name === release && component === 'main' && /^https?:/.test(url ?? ''))?.[2]
  const [releaseUrl, securityUrl] = [addressOf(suite), addressOf(`${suite}-security`)]
  if (!releaseUrl || !securityUrl) return null
  const config = await runProgram('apt-config', ['dump', 'Acquire'])
  return {
    suite,
    release: `deb ${releaseUrl} ${suite} main`,
    security: `deb ${securityUrl} ${suite}-security main`,
    probes: [`${releaseUrl}dists/${suite}/InRelease`, `${securityUrl}dists/${suite}-security/InRelease`],
    proxies: config.stdout.split('\n').filter((line) => /^Acquire::https?::Proxy[: ]/i.test(line)),
  }
}

async function readOsRelease(): Promise<Record<string, string>> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const lines = text.matchAll(/^([A-Z_]+)="?([^"\n]*)"?$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}
