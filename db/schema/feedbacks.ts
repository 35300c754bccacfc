import { boolean, foreignKey, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { rollouts } from './rollouts.ts'
import { clientScope, moment, tenantTable } from './tenant-table.ts'

/** What a client manager answered to "Did anything break?" after the nights of a rollout: once for each. */
export const feedbacks = tenantTable(
  'feedbacks',
  {
    ...clientScope,
    rolloutId: uuid().notNull(),
    isBroken: boolean().notNull(),
    words: text().notNull(),
    givenBy: text().notNull(),
    givenAt: moment().notNull(),
    /** Somebody of the MSP has seen to it: until then it needs a person where something broke. */
    seenBy: text(),
    seenAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.rolloutId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
  ],
)
