import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import * as billingTables from '../../db/schema/billing.ts'
import * as consentTables from '../../db/schema/consents.ts'
import * as standingTables from '../../db/schema/device-standings.ts'
import * as deviceTables from '../../db/schema/devices.ts'
import * as dueDateTables from '../../db/schema/due-dates.ts'
import * as exceptionTables from '../../db/schema/exceptions.ts'
import * as feedbackTables from '../../db/schema/feedbacks.ts'
import * as patchTables from '../../db/schema/patches.ts'
import * as policyTables from '../../db/schema/policies.ts'
import * as recordTables from '../../db/schema/records.ts'
import * as reportDeliveryTables from '../../db/schema/report-deliveries.ts'
import * as reportTables from '../../db/schema/reports.ts'
import * as rolloutTables from '../../db/schema/rollouts.ts'
import * as tenancyTables from '../../db/schema/tenancy.ts'

/** A table with rows of single clients, as the schema has it: a new one is in by itself. Names as PostgreSQL has them. */
export interface ClientTable {
  name: string
  /** Which column says whose row it is. */
  clientColumn: 'client_id' | 'id'
  columns: string[]
  keys: { name: string; type: string }[]
  /** Tables that its rows point to. */
  needs: string[]
}

/** A queue of ids that is empty a second later (`announceChanges`). */
const passing = ['change_feed']
const modules = [
  ...[
    billingTables,
    deviceTables,
    dueDateTables,
    consentTables,
    exceptionTables,
    feedbackTables,
    patchTables,
    policyTables,
    recordTables,
    reportTables,
  ],
  ...[reportDeliveryTables, rolloutTables, standingTables, tenancyTables],
]
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function tableOf(table: PgTable): ClientTable[] {
  const { name, columns, primaryKeys, foreignKeys } = getTableConfig(table)
  const names = columns.map((column) => snake(column.name))
  const isClients = table === tenancyTables.clients
  if (passing.includes(name) || (!isClients && !names.includes('client_id'))) return []
  const isKey = new Set(primaryKeys[0]?.columns.map((column) => column.name))
  const keys = columns
    .filter((column) => isKey.has(column.name))
    .map((column) => ({ name: snake(column.name), type: column.getSQLType() }))
  const needs = foreignKeys
    .map((key) => getTableConfig(key.reference().foreignTable).name)
    .filter((other) => other !== name)
  return [{ name, clientColumn: isClients ? 'id' : 'client_id', columns: names, keys, needs: [...new Set(needs)] }]
}

/** Every table of clients, what points elsewhere before what it points to: rows may be deleted in this order. */
export const clientTables: readonly ClientTable[] = inOrder(
  modules
    .flatMap((module) => Object.values(module))
    .flatMap((value) => (is(value, PgTable) ? tableOf(value) : []))
    .sort((a, b) => a.name.localeCompare(b.name)),
)

function inOrder(tables: readonly ClientTable[]): ClientTable[] {
  const rest = [...tables]
  const ordered: ClientTable[] = []
  while (rest.length > 0) {
    const free = rest.findIndex((table) => !rest.some((other) => other.needs.includes(table.name)))
    if (free < 0) throw new Error(`tables point at each other: ${rest.map((table) => table.name).join(', ')}`)
    ordered.push(...rest.splice(free, 1))
  }
  return ordered
}
