import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import { answerHeaders } from './answer-headers.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
beforeAll(async () => {
  door = await startTestDoor()
})
afterAll(() => door.stop())

test('every answer says how little may be done with it: each route, what is unknown, what the framework refuses', async () => {
  const urls = [...door.routes.map(({ url }) => url), '/nothing/here', '/%E0%A4%A', doorPaths.bundle, '/healthz']
  for (const url of new Set(urls))
    for (const method of ['GET', 'POST', 'TRACK']) {
      const answer = await fetch(door.baseUrl + url, { method }).catch(() => null)
      if (!answer) continue
      await answer.body?.cancel()
      for (const [name, value] of Object.entries(answerHeaders))
        expect([method, url, answer.headers.get(name)]).toEqual([method, url, value])
    }
})

test('and what is not HTTP at all', async () => {
  const socket = connect(door.port, '127.0.0.1')
  socket.write('no request at all\r\n\r\n')
  const [data] = await once(socket, 'data')
  for (const [name, value] of Object.entries(answerHeaders)) expect(String(data)).toContain(`${name}: ${value}\r\n`)
})
