import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'
import { numberNames } from './rules.ts'

export const listReportRowsSchema = z.strictObject({
  reportId: z.uuid(),
  number: z.enum(numberNames).default('computers'),
  /** How many rows the pages before have: what they are counted from stays, so a place in the list does too. */
  after: z.coerce.number().int().min(0).max(10_000_000).default(0),
})
export type ListReportRows = z.infer<typeof listReportRowsSchema>

const ofAddress = listReportRowsSchema.omit({ reportId: true })
/** Which number and page, from the address of the page; the report stands in its path. */
export const parseRowsQuery = (reportId: string, query: AddressQuery): ListReportRows => ({
  reportId,
  ...parseQuery(ofAddress, query),
})
