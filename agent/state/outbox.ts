import { createHash, type KeyObject, sign } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import type { Report, SignedReport } from '../wire/report.ts'
import { appendLineDurably, readJsonLines, readOwnText, writeFileDurably } from './durable-file.ts'

export type ReportContent = Omit<Report, 'v' | 'seq' | 'prevHash'>

const noHash = '0'.repeat(64)
const maxBatch = 50
const maxBatchBytes = 256 * 1024
const compactBytes = 4 * 1024 * 1024

/** Reports of this device: numbered without gaps, chained, signed, kept on disk until the door has acknowledged them. */
export class Outbox {
  readonly #path: string
  readonly #headPath: string
  readonly #key: KeyObject
  #waiting: SignedReport[] = []
  #lastSeq = 0
  #lastHash = noHash
  #ackSeq = 0
  #bytes = 0

  constructor(stateDir: string, key: KeyObject) {
    this.#path = join(stateDir, 'outbox.jsonl')
    this.#headPath = join(stateDir, 'outbox-head.json')
    this.#key = key
    const head = readHead(this.#headPath)
    this.#lastSeq = head.lastSeq
    this.#lastHash = head.lastHash
    const { lines, wholeBytes, isTorn } = readJsonLines(this.#path)
    if (isTorn) truncateSync(this.#path, wholeBytes)
    this.#bytes = wholeBytes
    for (const line of lines) {
      // This file is written by this class alone, whole lines only.
      const signed = line as SignedReport
      if (signed.report.seq > head.ackSeq) this.#waiting.push(signed)
      if (signed.report.seq > this.#lastSeq) {
        this.#lastSeq = signed.report.seq
        this.#lastHash = hashOf(signed.report)
      }
    }
    this.#ackSeq = head.ackSeq
  }

  /** Number of the newest report. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  get waitingCount(): number {
    return this.#waiting.length
  }

  /** Signs the report into the chain; on return it is on the disk. */
  add(content: ReportContent): SignedReport {
    const { signed, hash } = this.#sign(content, { seq: this.#lastSeq, hash: this.#lastHash })
    appendLineDurably(this.#path, signed, this.#bytes === 0)
    this.#bytes += JSON.stringify(signed).length
    this.#waiting.push(signed)
    this.#lastSeq = signed.report.seq
    this.#lastHash = hash
    return signed
  }

  /**
   * Numbers and chains what waits anew after `stored`, where the door's chain of this device ends: this device, or the door,
   * was restored from an image. Nothing that waits is lost, not by a crash in between either.
   */
  moveAfter(stored: { seq: number; hash: string }): void {
    const moved: SignedReport[] = []
    let last = stored
    for (const { report } of this.#waiting) {
      const { signed, hash } = this.#sign(report, last)
      moved.push(signed)
      last = { seq: signed.report.seq, hash }
    }
    // Numbers that fall: what is in the file must not count as acknowledged. Numbers that rise: the file comes first.
    if (stored.seq < this.#ackSeq) this.#saveHead(stored, stored.seq)
    this.#saveWaiting(moved)
    this.#saveHead(last, stored.seq)
    this.#lastSeq = last.seq
    this.#lastHash = last.hash
  }

  /** The oldest reports that fit into one request. */
  nextBatch(limit = maxBatch): SignedReport[] {
    const batch: SignedReport[] = []
    let bytes = 0
    for (const signed of this.#waiting.slice(0, Math.min(limit, maxBatch))) {
      bytes += JSON.stringify(signed).length
      if (batch.length > 0 && bytes > maxBatchBytes) break
      batch.push(signed)
    }
    return batch
  }

  /** Drops what the door has stored. */
  acknowledge(ackSeq: number): void {
    const rest = this.#waiting.filter(({ report }) => report.seq > ackSeq)
    if (rest.length === this.#waiting.length) return
    this.#saveHead({ seq: this.#lastSeq, hash: this.#lastHash }, Math.min(ackSeq, this.#lastSeq))
    if (rest.length > 0 && this.#bytes < compactBytes) this.#waiting = rest
    else this.#saveWaiting(rest)
  }

  #sign(content: ReportContent, last: { seq: number; hash: string }): { signed: SignedReport; hash: string } {
    const report: Report = { v: 1, ...content, seq: last.seq + 1, prevHash: last.hash }
    const text = canonicalJson(asJson(report))
    const signature = sign(null, Buffer.from(text), this.#key).toString('base64')
    return { signed: { report, signature }, hash: createHash('sha256').update(text).digest('hex') }
  }

  #saveHead(last: { seq: number; hash: string }, ackSeq: number): void {
    writeFileDurably(this.#headPath, `${JSON.stringify({ lastSeq: last.seq, lastHash: last.hash, ackSeq })}\n`)
    this.#ackSeq = ackSeq
  }

  #saveWaiting(waiting: SignedReport[]): void {
    const text = waiting.map((signed) => `${JSON.stringify(signed)}\n`).join('')
    writeFileDurably(this.#path, text)
    this.#bytes = text.length
    this.#waiting = waiting
  }
}

function hashOf(report: Report): string {
  return createHash('sha256')
    .update(canonicalJson(asJson(report)))
    .digest('hex')
}

function asJson(report: Report): Json {
  // A report holds nothing but JSON; interfaces lack the index signature that `Json` asks for.
  return report as unknown as Json
}

function readHead(path: string): { lastSeq: number; lastHash: string; ackSeq: number } {
  const text = readOwnText(path)
  if (text === null) return { lastSeq: 0, lastHash: noHash, ackSeq: 0 }
  const head: unknown = JSON.parse(text)
  if (typeof head === 'object' && head !== null && 'lastSeq' in head && 'lastHash' in head && 'ackSeq' in head) {
    const { lastSeq, lastHash, ackSeq } = head
    if (typeof lastSeq === 'number' && typeof lastHash === 'string' && typeof ackSeq === 'number')
      return { lastSeq, lastHash, ackSeq }
  }
  throw new Error(`${path} is damaged`)
}
