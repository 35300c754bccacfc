import { z } from 'zod'
import { slugSchema } from '../members/schema.ts'

/** Which of their organisations a client manager looks at, by the name in its address; the first without one. */
export const getPortalSchema = z.strictObject({ client: slugSchema.optional() })
export type GetPortal = z.infer<typeof getPortalSchema>
