import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { choosePorts, findPort, isPortFree, replaceTakenPorts } from './ports.mjs'

let folder
let server
let taken

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-ports-'))
  server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  taken = server.address().port
})

afterEach(async () => {
  await new Promise((done) => server.close(done))
  rmSync(folder, { recursive: true })
})

describe('ports', () => {
  test('a taken one is seen and replaced by another', async () => {
    expect(await isPortFree(taken)).toBe(false)
    expect(await findPort(taken)).toBeGreaterThan(taken)
  })

  test('the replacement is said and remembered; what an adopted part has is kept', async () => {
    const file = join(folder, 'ports.json')
    const said = []
    const offset = taken - 3000
    const ports = await choosePorts({ file, kept: { postgres: 4711 }, offset, say: (line) => said.push(line) })
    expect(said[0]).toMatch(`port ${taken} is taken: web listens on ${ports.web}`)
    expect(ports.postgres).toBe(4711)
    expect(new Set(Object.values(ports)).size).toBe(7)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ports)
  })
  test.each(['{', 'null', '{"web":"3001; id","door":3.5,"worker":-1}'])(
    'a file that holds %s is no obstacle',
    async (text) => {
      const file = join(folder, 'ports.json')
      writeFileSync(file, text)
      const ports = await choosePorts({ file, offset: 20_000 })
      expect(Object.values(ports).every(Number.isInteger)).toBe(true)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ports)
    },
  )

  test('one that was taken after the choice is replaced, said and remembered; free ones stay', async () => {
    const file = join(folder, 'ports.json')
    const said = []
    const free = await findPort(taken + 1)
    const ports = { door: taken, web: free, postgres: taken }
    const names = ['door', 'web']
    const now = await replaceTakenPorts({ file, ports, names, say: (line) => said.push(line) })
    expect(now).toEqual({ door: expect.any(Number), web: free, postgres: taken })
    expect(now.door).not.toBe(taken)
    expect(said).toEqual([`  port ${taken} was taken meanwhile: door listens on ${now.door}`])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(now)
    expect(await replaceTakenPorts({ file, ports: now, names })).toBeUndefined()
  })
})
