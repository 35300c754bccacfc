import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Probe } from '../wire/order.ts'
import type { ProbeRead } from '../wire/report.ts'
import { findNewFailures, runHealthPlan } from './run-health-plan.ts'
import { runProbe } from './run-probe.ts'

let root: string
let server: Server
let port = 0
let answers = 0

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'patchward-probe-'))
  server = createServer((request, response) => {
    answers += 1
    if (request.url === '/slow') return
    response.statusCode = request.url === '/third' && answers < 3 ? 503 : 200
    response.end('well')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address === 'object' && address) port = address.port
  writeFileSync(join(root, 'port'), `${port}\n`)
  writeFileSync(join(root, 'pid'), `${process.pid}\n`)
  writeFileSync(join(root, 'gone'), '4194304\n')
  writeFileSync(join(root, 'broken'), 'x; rm -rf /\n')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(root, { recursive: true })
})

const http = (path: string, expectStatus = 200): Probe => {
  return { kind: 'http', name: 'web', port: { portFile: 'port' }, path, expectStatus, timeoutMs: 300 }
}

describe('a probe', () => {
  test.each<[string, Probe, string]>([
    ['a running process', { kind: 'process', name: 'p', pidFile: '/pid' }, ''],
    ['a process that is gone', { kind: 'process', name: 'p', pidFile: 'gone' }, 'process 4194304 is not running'],
    ['a pid file with something else', { kind: 'process', name: 'p', pidFile: 'broken' }, 'does not hold a process id'],
    ['a missing pid file', { kind: 'process', name: 'p', pidFile: 'none' }, 'ENOENT'],
    ['an open port', { kind: 'tcp', name: 't', port: { portFile: 'port' }, timeoutMs: 300 }, ''],
    ['a closed port', { kind: 'tcp', name: 't', port: 9, timeoutMs: 300 }, 'ECONNREFUSED'],
    ['a good answer', http('/'), ''],
    ['another answer', http('/', 204), 'answered 200, not 204'],
    ['no answer', http('/slow'), 'did not answer within 300 ms'],
    ['a file', { kind: 'file', name: 'f', path: 'pid' }, ''],
    ['a file with a text', { kind: 'file', name: 'f', path: 'pid', contains: `${process.pid}` }, ''],
    ['a file without it', { kind: 'file', name: 'f', path: 'pid', contains: 'nobody' }, 'does not contain'],
    ['a missing file', { kind: 'file', name: 'f', path: 'none' }, 'ENOENT'],
  ])('of %s', async (_, probe, words) => {
    const answer = await runProbe(root, probe)
    if (words === '') expect(answer).toBe('')
    else expect(answer).toContain(words)
  })

  test('is tried again before it counts as failed', async () => {
    answers = 0
    const now = () => new Date()
    const plan = { probes: [http('/third')], tries: 3, pauseMs: 1 }
    expect(await runHealthPlan(root, plan, 'watch', now)).toMatchObject([{ isPassed: true, phase: 'watch' }])
    answers = 0
    expect(await runHealthPlan(root, { ...plan, tries: 2 }, 'watch', now)).toMatchObject([{ isPassed: false }])
  })
})

test('only what passed before the change can fail a patch', () => {
  const read = (name: string, isPassed: boolean): ProbeRead => {
    return { name, isPassed, at: '', detail: '', phase: 'baseline' }
  }
  const baseline = [read('good', true), read('bad', false)]
  const now = [read('good', false), read('bad', false), read('new', false)]
  expect(findNewFailures(baseline, now).map(({ name }) => name)).toEqual(['good'])
})
