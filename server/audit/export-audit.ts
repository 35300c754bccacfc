import { perform, read } from '../access.ts'
import type { Context } from '../context.ts'
import { findExportPage } from './queries.ts'
import type { ListAudit } from './schema.ts'

/** One page of the log for a file, newest first; the first page writes that somebody took it, and which part. */
export async function exportAudit(ctx: Context, input: ListAudit, after: number | null) {
  const { before: _before, after: _after, ...filter } = input
  if (after !== null) return read(ctx, 'audit:export', (tx) => findExportPage(tx, ctx, filter, after))
  return perform(ctx, 'audit:export', async (tx) => ({
    value: await findExportPage(tx, ctx, filter, null),
    changes: [
      {
        clientId: filter.clientId ?? null,
        subject: { kind: 'msp', id: ctx.mspId, name: 'Audit log' },
        details: filter,
      },
    ],
  }))
}
