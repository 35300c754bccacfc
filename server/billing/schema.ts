import { z } from 'zod'
import { type AddressQuery, parseQuery } from '../address-query.ts'

/** A month as `2026-11`. */
const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'A month like 2026-11')

/** Which month; without one that of now. */
export const getBillingSchema = z.object({ month: month.optional() })
export type GetBilling = z.infer<typeof getBillingSchema>

/** The same from the address of its page or of its file. */
export const parseBillingQuery = (query: AddressQuery): GetBilling => parseQuery(getBillingSchema, query)

/** The statement of one client for a month. */
export const getStatementSchema = z.object({ client: z.uuid(), month })
export type GetStatement = z.infer<typeof getStatementSchema>

/** The days behind it: of one client, or of all. */
export const listUsageDaysSchema = getBillingSchema.extend({ client: z.uuid().optional() })
export type ListUsageDays = z.infer<typeof listUsageDaysSchema>

/** The same from the address of its file. */
export const parseUsageDaysQuery = (query: AddressQuery): ListUsageDays => parseQuery(listUsageDaysSchema, query)

/** Where Stripe sends the person back to: a page of this console. */
export const goToStripeSchema = z.object({ returnPath: z.string().regex(/^\/m\/[a-z0-9-]{1,63}\/settings\/billing$/) })
export type GoToStripe = z.infer<typeof goToStripeSchema>
