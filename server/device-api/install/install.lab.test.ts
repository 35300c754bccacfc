import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../../db/factories.ts'
import { typeAtTerminal } from '../../../tools/machine/type-at-terminal.ts'
import { startTestDoor, type TestDoor } from '../testing.ts'
import { readUnit, renderInstallScript } from './render-install-script.ts'

const run = promisify(execFile)
let door: TestDoor
let client: ClientRef
let folder: string
let bundle: string
let script: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-install-'))
  bundle = join(folder, 'agent.mjs')
  // The agent itself, one line instead of a build; it says what it was started with.
  const agent = new URL('../../../agent/main.ts', import.meta.url).href
  await writeFile(
    bundle,
    `console.log('arguments:', ...process.argv.slice(2))\nawait import(${JSON.stringify(agent)})\n`,
  )
  door = await startTestDoor({ agentBundleFile: bundle })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  const values = { bundleSha256: await hash('bundle'), nodeSha256: await hash('node'), architecture: process.arch }
  script = join(folder, 'install.sh')
  await writeFile(script, await renderInstallScript({ server: door.baseUrl, ...values }))
})
afterAll(async () => {
  await door.stop()
  await rm(folder, { recursive: true })
})

const hash = async (name: string) => (await (await fetch(`${door.baseUrl}/agent/${name}.sha256`)).text()).trim()
const install = (...options: string[]) => run('sh', [script, ...options], { timeout: 60_000 })

test('the route serves the script with its hashes and without a secret', async () => {
  const reply = await fetch(`${door.baseUrl}/install.sh`)
  const text = await reply.text()
  expect(reply.status).toBe(200)
  expect(text).toContain(await hash('bundle'))
  expect(text).not.toMatch(/@[A-Z_0-9]+@/)
  expect(text).toContain(await readUnit())
})

test('it enrols the machine with a token that stands in no command line, once, and renews on a second run', async () => {
  const destination = join(folder, 'machine')
  const token = await door.factories.makeToken(client, { tags: ['web-1'] })
  await writeFile(join(folder, 'token'), `${token}\n`)
  const options = ['--destination', destination, '--token-file', join(folder, 'token')]
  const { stdout } = await install(...options)
  expect(stdout).toContain('enrolled as device ')
  expect(stdout).not.toContain(token)
  const config = JSON.parse(await readFile(join(destination, 'var/lib/patchward-agent/config.json'), 'utf8'))
  const [row] = await door.factories.inMsp(
    client.mspId,
    (tx) => tx`select tags from devices where id = ${config.deviceId}`,
  )
  expect(row).toEqual({ tags: ['web-1'] })
  expect((await stat(join(destination, 'var/lib/patchward-agent'))).mode & 0o777).toBe(0o700)
  expect(await readFile(join(destination, 'etc/systemd/system/patchward-agent.service'), 'utf8')).toBe(await readUnit())
  expect((await install(...options)).stdout).toContain('enrolled already')
})

test('at a terminal it asks for the token and does not show it; without one it says what to do', async () => {
  const destination = join(folder, 'typed')
  const token = await door.factories.makeToken(client)
  const { code, shown } = await typeAtTerminal('sh', [script, '--destination', destination], {
    prompt: 'Enrolment token: ',
    answer: token,
    limitMs: 60_000,
  })
  expect({ code, shown }).toMatchObject({ code: 0, shown: expect.stringContaining('enrolled as device ') })
  expect(shown).not.toContain(token)

  // A session of its own has no terminal.
  const alone = run('setsid', ['--wait', 'sh', script, '--destination', join(folder, 'alone')])
  await expect(alone).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('use --token-file') })
})

test('it installs nothing that is not what the script was made for', async () => {
  const destination = join(folder, 'other')
  const before = await readFile(bundle)
  await writeFile(bundle, `${before}// changed on the way\n`)
  const refused = install('--destination', destination, '--token-file', join(folder, 'token'))
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('is not the file') })
  await expect(stat(join(destination, 'opt/patchward/patchward-agent.mjs'))).rejects.toThrow('ENOENT')
  await writeFile(bundle, before)
})

test('it says what is wrong: a refused token, plain http to another machine', async () => {
  await writeFile(join(folder, 'bad-token'), 'B'.repeat(40))
  const options = ['--destination', join(folder, 'third'), '--token-file']
  const refused = install(...options, join(folder, 'bad-token'))
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('the enrolment was refused') })
  const values = { bundleSha256: '', nodeSha256: '', architecture: process.arch }
  const plain = join(folder, 'plain.sh')
  await writeFile(plain, await renderInstallScript({ server: 'http://door.example.com', ...values }))
  const unsafe = run('sh', [plain, ...options, join(folder, 'token')])
  await expect(unsafe).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('must be https') })
})

test.each(['127.0.0.1.evil.example', '127.evil.example', '[::1].evil', 'localhost.evil', '127.0.0.1:80.evil'])(
  'plain http to http://%s is not plain http to this machine',
  async (host) => {
    const file = join(folder, 'elsewhere.sh')
    const values = { bundleSha256: '', nodeSha256: '', architecture: process.arch }
    await writeFile(file, await renderInstallScript({ server: `http://${host}`, ...values }))
    const refused = run('sh', [file, '--destination', join(folder, 'elsewhere'), '--token-file', '/dev/null'])
    await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('must be https') })
  },
)

test('a machine cannot choose its tags, and with them its ring', async () => {
  const options = ['--destination', join(folder, 'chooser'), '--token-file', join(folder, 'token')]
  await expect(install(...options, '--tag', 'test')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Unknown option: --tag'),
  })
})

test.each(['https://x/$(id)', "https://x';id;'", 'https://x y', 'https://x/path', 'javascript:1'])(
  'an address such as %s never gets into the script',
  async (server) => {
    const values = { bundleSha256: '', nodeSha256: '', architecture: 'x64' }
    await expect(renderInstallScript({ server, ...values })).rejects.toThrow('is not an origin')
  },
)
