import { createHash } from 'node:crypto'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { proposableOf } from './proposable.ts'
import type { ProposalRow } from './proposal-rows.ts'

/** What a second person is shown of a proposal besides its numbers. */
export interface ToldProposal {
  /** What it changes, one thing a line; empty where the title says it all. */
  lines: string[]
  /** SHA-256 over what would be done and every word that was shown: confirming names it, so that what is signed is what was read. */
  shown: string
}

/** As things are now. A `DomainError` says that it cannot be done any more. */
export async function tellProposal(tx: Tx, ctx: Context, row: ProposalRow): Promise<ToldProposal> {
  const lines = (await proposableOf(row).tell?.(tx, ctx, row.input)) ?? []
  // The input comes from a jsonb, whose keys have one order.
  const words = JSON.stringify([row.id, row.action, row.input, row.title, row.reason, lines])
  return { lines, shown: createHash('sha256').update(words).digest('hex') }
}
