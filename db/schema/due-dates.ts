import { foreignKey, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { patches } from './patches.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, tenantTable } from './tenant-table.ts'

/** The rule packs that a client is held to, beside the due days of its policy, which need no row. */
export const clientRulePacks = tenantTable(
  'client_rule_packs',
  {
    ...clientScope,
    packId: text().notNull(),
    packVersion: text().notNull(),
    setBy: text().notNull(),
    setAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.packId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
  ],
)

/**
 * When a patch is due at a client, by which rule and from which inputs. Kept by the fleet sweep while a device lacks the patch, and left as it
 * was when none does any more: what was asked then is what a report is held to.
 */
export const clientPatchDues = tenantTable(
  'client_patch_dues',
  {
    ...clientScope,
    patchId: uuid().notNull(),
    /** Null, and the rule with it: no rule asks for a date. */
    dueAt: moment(),
    packId: text(),
    packVersion: text(),
    ruleIndex: integer(),
    clock: text({ enum: ['released', 'first-seen'] }).notNull(),
    clockStartsAt: moment().notNull(),
    classification: text().notNull(),
    severity: text().notNull(),
    releasedAt: moment(),
    firstSeenAt: moment().notNull(),
    timeZone: text().notNull(),
    dueDays: integer().notNull(),
    /** "cyber-essentials@3.3", in the order of their names. */
    packs: text().array().notNull(),
    reckonedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.patchId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }).onDelete('cascade'),
  ],
)
