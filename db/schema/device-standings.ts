import { bigint, boolean, foreignKey, index, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { devicePlaces } from './devices.ts'
import { clientScope, moment, tenantTable } from './tenant-table.ts'

/**
 * How each device stood from a moment on: a row for each change, written by a trigger on `devices`. What a report says of the end of a month is
 * read here, also long after. Append-only.
 */
export const deviceStandings = tenantTable(
  'device_standings',
  {
    ...clientScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    deviceId: uuid().notNull(),
    at: moment().notNull(),
    /** As `devices.standing`; `gone`: retired, or moved to another client. */
    standing: text({
      enum: ['protected', 'late', 'held', 'excepted', 'wait-for-restart', 'no-data', 'gone'],
    }).notNull(),
    isSilent: boolean().notNull(),
    isRestartPending: boolean().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    index('device_standings_device').on(t.mspId, t.clientId, t.deviceId, t.at),
  ],
)
