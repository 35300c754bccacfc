import { sql } from 'drizzle-orm'
import { foreignKey, index, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { patches } from './patches.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, newId, tenantTable } from './tenant-table.ts'

/**
 * The MSP asked a client for its yes before a patch goes in there. From the question on no rollout takes the patch up at this client, until its
 * manager says yes or the MSP ends the question; time alone never answers it (server/consents/rules.ts).
 */
export const consents = tenantTable(
  'consents',
  {
    ...clientScope,
    id: newId(),
    patchId: uuid().notNull(),
    /** Why it should go in, in words for the client. */
    reason: text().notNull(),
    /** When it would be, and whether computers restart, in words for the client. */
    plan: text().notNull(),
    askedBy: text().notNull(),
    askedAt: moment().notNull(),
    answer: text({ enum: ['yes', 'no'] }),
    answeredBy: text(),
    answeredAt: moment(),
    answerReason: text().notNull().default(''),
    /** Taken back, or gone on without the answer: the question counts no more. */
    endedBy: text(),
    endedAt: moment(),
    endReason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    // One question at a time: the answer to it is the answer.
    uniqueIndex('consents_standing').on(t.mspId, t.clientId, t.patchId).where(sql`ended_at is null`),
    index('consents_client').on(t.mspId, t.clientId, t.askedAt),
  ],
)
