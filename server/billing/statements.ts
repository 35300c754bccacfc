import { and, eq } from 'drizzle-orm'
import { statements } from '../../db/schema/billing.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read, requireWhole, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { billOfWhole } from './rules.ts'
import type { GetStatement } from './schema.ts'

/** The clients whose statement of a month is there. */
export async function findStatements(tx: Tx, month: string): Promise<Set<string>> {
  const { clientId } = statements
  const rows = await tx.select({ clientId }).from(statements).where(eq(statements.month, month))
  return new Set(rows.map((row) => row.clientId))
}

/** The statement of a client for a month, as it was made. *Not found* for another tenant's, for an archived client's, and for none. */
export function getStatementFile(ctx: Context, { client, month }: GetStatement) {
  return read(ctx, 'billing:read', async (tx) => {
    requireWhole(ctx, billOfWhole)
    const [file] = await tx
      .select({ pdf: statements.pdf, slug: clients.slug })
      .from(statements)
      .innerJoin(clients, and(eq(clients.mspId, statements.mspId), eq(clients.id, statements.clientId)))
      .where(and(eq(statements.clientId, client), eq(statements.month, month)))
    if (!file) throw notFound('This statement')
    return { pdf: file.pdf, fileName: `${file.slug}-statement-${month}.pdf` }
  })
}
