import { billingLists } from './billing-lists.ts'
import { clientLists } from './client-lists.ts'
import { fleetLists } from './fleet-lists.ts'
import type { CsvList } from './list-table.ts'
import { peopleLists } from './people-lists.ts'
import type { CsvListName } from './schema.ts'

/** Every list of the console as CSV: its columns, its permission and visibility by its own query, the filters of its page's address. */
export const csvLists: Record<CsvListName, CsvList> = { ...fleetLists, ...clientLists, ...peopleLists, ...billingLists }
