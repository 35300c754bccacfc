import type { KeyObject } from 'node:crypto'
import type { Sql } from 'postgres'
import { checkHeads, checkKnownHead, type KnownHead } from './check-heads.ts'
import { findStrays, type Tail } from './find-strays.ts'
import { Findings } from './findings.ts'
import { type Walk, walkChain } from './walk-chain.ts'

export interface Verdict extends Walk, Tail {
  findings: Findings
  heads: number
  newestDay: string | null
}

export interface VerifyInput {
  mspId: string
  /** Public keys of the heads by key id. */
  keys: ReadonlyMap<string, KeyObject>
  at: Date
  /** Heads copied from the console. */
  known?: readonly KnownHead[]
  onProgress?: (sealed: number) => void
}

/** Proves one MSP's audit log as it stands at one moment: one snapshot, read only, memory bounded. */
export async function verifyChain(across: Sql, input: VerifyInput): Promise<Verdict> {
  return across.begin('isolation level repeatable read read only', async (sql) => {
    const { mspId, keys, at } = input
    const findings = new Findings()
    const walk = await walkChain(sql, mspId, findings, input.onProgress ?? (() => {}))
    const tail = await findStrays(sql, mspId, findings)
    const heads = await checkHeads(sql, { mspId, lastPosition: walk.lastPosition, keys, at }, findings)
    for (const head of input.known ?? []) await checkKnownHead(sql, mspId, head, walk.lastPosition, findings)
    if (walk.sealed === 0 && tail.waiting === 0 && findings.count === 0)
      findings.add('There is no record at all: each MSP’s log begins with how it was made.')
    return { ...walk, ...tail, ...heads, findings }
  })
}
