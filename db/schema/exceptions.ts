import { boolean, foreignKey, index, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { devicePlaces } from './devices.ts'
import { patches } from './patches.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, newId, tenantTable } from './tenant-table.ts'

/**
 * A patch stays off on purpose: one device, all with a tag, or (neither named) the whole client. What state it is in follows from these columns
 * and the time (server/exceptions/rules.ts), so nothing has to happen for it to expire.
 */
export const exceptions = tenantTable(
  'exceptions',
  {
    ...clientScope,
    id: newId(),
    patchId: uuid().notNull(),
    /** Every version of the package of `patch_id`, those of tomorrow included. */
    isAllVersions: boolean().notNull(),
    deviceId: uuid(),
    tag: text(),
    reason: text().notNull(),
    /** Who answers for it, by name. */
    owner: text().notNull(),
    /** What protects meanwhile. */
    measure: text().notNull(),
    /** The last day, "2028-02-29", in the client's zone as it was when it was asked. */
    lastDay: text().notNull(),
    /** The end of that day. */
    expiresAt: moment().notNull(),
    /** Which side asked: the other one answers. */
    askedFrom: text({ enum: ['msp', 'client'] }).notNull(),
    askedBy: text().notNull(),
    askedAt: moment().notNull(),
    answer: text({ enum: ['accepted', 'refused'] }),
    answeredBy: text(),
    answeredAt: moment(),
    answerReason: text().notNull().default(''),
    endedBy: text(),
    endedAt: moment(),
    endReason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    index('exceptions_client').on(t.mspId, t.clientId, t.expiresAt),
  ],
)
