import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import { Outbox, type ReportContent } from './outbox.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const content = (summary: string): ReportContent => ({
  reportId: '0190a000-0000-7000-8000-000000000001',
  deviceId: '0190a000-0000-7000-8000-000000000002',
  orderId: '0190a000-0000-7000-8000-000000000003',
  state: 'accepted',
  at: '2026-11-22T00:00:00.000Z',
  sets: [],
  probes: [],
  isRebootPending: false,
  refusal: null,
  summary,
})
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('numbers, chains and signs, over restarts and acknowledgements', () => {
  const first = new Outbox(folder, privateKey)
  first.add(content('one'))
  first.add(content('two'))
  first.acknowledge(1)
  const second = new Outbox(folder, privateKey)
  expect(second.nextBatch().map(({ report }) => report.seq)).toEqual([2])
  second.acknowledge(2)
  const third = new Outbox(folder, privateKey)
  expect(third.waitingCount).toBe(0)
  const signed = third.add(content('three'))
  expect(signed.report.seq).toBe(3)
  const textOf = (value: unknown) => canonicalJson(value as Json)
  const two = second.lastSeq === 2 ? first.nextBatch()[0] : undefined
  expect(signed.report.prevHash).toBe(createHash('sha256').update(textOf(two?.report)).digest('hex'))
  const signature = Buffer.from(signed.signature, 'base64')
  expect(verify(null, Buffer.from(textOf(signed.report)), publicKey, signature)).toBe(true)
})

test('a line cut short by a crash was never sent: its number is used again', () => {
  const first = new Outbox(folder, privateKey)
  first.add(content('one'))
  appendFileSync(join(folder, 'outbox.jsonl'), '{"report":{"seq":2,')
  const second = new Outbox(folder, privateKey)
  expect(second.add(content('two')).report.seq).toBe(2)
  expect(new Outbox(folder, privateKey).nextBatch().map(({ report }) => report.summary)).toEqual(['one', 'two'])
})

test('a batch has at most 50 reports', () => {
  const outbox = new Outbox(folder, privateKey)
  for (let index = 0; index < 60; index += 1) outbox.add(content(`${index}`))
  expect(outbox.nextBatch()).toHaveLength(50)
  outbox.acknowledge(50)
  expect(outbox.nextBatch()).toHaveLength(10)
})
