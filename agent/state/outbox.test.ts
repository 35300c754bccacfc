import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import type { SignedReport } from '../wire/report.ts'
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

describe('the outbox of a device that was restored', () => {
  const stored = { seq: 50, hash: 'a'.repeat(64) }
  const view = (outbox: Outbox) =>
    outbox.nextBatch().map(({ report }) => [report.seq, report.summary, report.prevHash.slice(0, 4)])
  const isGood = ({ report, signature }: SignedReport) =>
    verify(null, Buffer.from(canonicalJson(report as unknown as Json)), publicKey, Buffer.from(signature, 'base64'))

  test('numbers, chains and signs what waits anew after what the door has, and goes on there after a restart', () => {
    const outbox = new Outbox(folder, privateKey)
    for (const summary of ['one', 'two', 'three']) outbox.add(content(summary))
    outbox.acknowledge(1)
    outbox.moveAfter(stored)
    const again = new Outbox(folder, privateKey)
    expect(view(again)).toEqual(view(outbox))
    expect(view(again).map(([seq, summary]) => [seq, summary])).toEqual([
      [51, 'two'],
      [52, 'three'],
    ])
    expect(again.nextBatch()[0]?.report.prevHash).toBe(stored.hash)
    expect(again.nextBatch().every(isGood)).toBe(true)
    again.acknowledge(52)
    expect(new Outbox(folder, privateKey).add(content('four')).report.seq).toBe(53)
  })

  test('goes back to lower numbers when the door itself was restored', () => {
    const outbox = new Outbox(folder, privateKey)
    for (let index = 0; index < 20; index += 1) outbox.add(content(`${index}`))
    outbox.acknowledge(20)
    outbox.add(content('after'))
    outbox.moveAfter({ ...stored, seq: 10 })
    expect(view(new Outbox(folder, privateKey))).toEqual([[11, 'after', 'aaaa']])
  })

  test.each([
    ['rise', 50, 'outbox-head.json'],
    ['rise', 50, 'outbox.jsonl'],
    ['fall', 2, 'outbox-head.json'],
    ['fall', 2, 'outbox.jsonl'],
  ])('loses nothing when the numbers %s (%i) and it ends before %s is written', (_, seq, file) => {
    const outbox = new Outbox(folder, privateKey)
    for (const summary of ['one', 'two', 'three', 'four']) outbox.add(content(summary))
    outbox.acknowledge(3)
    mkdirSync(join(folder, `${file}.new`))
    expect(() => outbox.moveAfter({ ...stored, seq })).toThrow('EISDIR')
    const again = new Outbox(folder, privateKey)
    expect(again.nextBatch().map(({ report }) => report.summary)).toContain('four')
  })
})
