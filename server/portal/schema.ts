import { z } from 'zod'
import { slugSchema } from '../members/schema.ts'
import { monthSchema } from '../reports/document.ts'

/** Which of their organisations a client manager looks at, by the name in its address; the first without one. */
export const getPortalSchema = z.strictObject({ client: slugSchema.optional() })
export type GetPortal = z.infer<typeof getPortalSchema>

/** The report of a month, the newest where none is named. */
export const getPortalReportSchema = z.strictObject({ client: slugSchema.optional(), month: monthSchema.optional() })
export type GetPortalReport = z.infer<typeof getPortalReportSchema>

/** What may be chosen in the form that asks for an exception. */
export const getAskChoicesSchema = z.strictObject({ clientId: z.uuid() })
export type GetAskChoices = z.infer<typeof getAskChoicesSchema>
