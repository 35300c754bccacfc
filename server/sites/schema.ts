import { z } from 'zod'
import { plainName } from '../plain-text.ts'

export const addSiteSchema = z.strictObject({ clientId: z.uuid(), name: plainName })
export type AddSite = z.infer<typeof addSiteSchema>

export const renameSiteSchema = z.strictObject({ siteId: z.uuid(), name: plainName })
export type RenameSite = z.infer<typeof renameSiteSchema>

export const removeSiteSchema = z.strictObject({ siteId: z.uuid() })
export type RemoveSite = z.infer<typeof removeSiteSchema>
