/** The lists that can be had as CSV, as they stand in the address. */
export const csvListNames = [
  'devices',
  'patches',
  'rollouts',
  'holds',
  'exceptions',
  'reports',
  'report-rows',
  'clients',
  'archived-clients',
  'erased-clients',
  'client-groups',
  'policies',
  'enrolment-tokens',
  'proposals',
  'members',
  'invitations',
  'api-keys',
  'audit',
  'usage',
  'usage-days',
] as const
export type CsvListName = (typeof csvListNames)[number]

/** A file holds at most this many rows; a longer list says so in its last line. */
export const maxCsvRows = 100_000
