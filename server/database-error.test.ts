import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { isLostConnection } from './database-error.ts'

const failing = (code: string, more: object = {}) => Object.assign(new Error('failed'), { code, ...more })
const failureOf = (work: PromiseLike<unknown>) =>
  work.then(
    () => 'it worked',
    (error: unknown) => error,
  )

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  '08006',
  '57P01',
  '53300',
])('%s: the database has gone, however deep it lies', (code) => {
  expect(isLostConnection(failing(code))).toBe(true)
  expect(isLostConnection(new Error('Failed query', { cause: new Error('again', { cause: failing(code) }) }))).toBe(
    true,
  )
})

test.each([
  ['a deadlock', failing('40P01')],
  ['a unique key', failing('23505')],
  ['a file that is missing', failing('ENOENT', { syscall: 'open' })],
  ['an error without a code', new Error('ECONNREFUSED')],
  ['no error', { code: 'ECONNREFUSED' }],
  ['nothing', undefined],
])('%s does not mean that it has gone', (_name, error) => {
  expect(isLostConnection(error)).toBe(false)
})

test('as Node and the driver say it, over the network and by a socket in the file system', async () => {
  const socketThatIsGone = join(tmpdir(), 'patchward-no-such-folder', '.s.PGSQL.5432')
  const byHand = new Promise((_resolve, reject) => connect(socketThatIsGone).once('error', reject))
  expect(isLostConnection(await failureOf(byHand))).toBe(true)
  for (const where of [{ host: '127.0.0.1', port: 1 }, { path: socketThatIsGone }]) {
    const sql = postgres({ ...where, connect_timeout: 2, username: 'nobody', database: 'none' })
    expect(isLostConnection(await failureOf(sql`select 1`)), JSON.stringify(where)).toBe(true)
    await sql.end()
  }
})
