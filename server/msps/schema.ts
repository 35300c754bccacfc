import { z } from 'zod'
import { plainLine, wantedReason } from '../plain-text.ts'
import { directoryFault, directoryProviders } from './rules.ts'

export const mostDevices = 100_000

export const saveSettingsSchema = z.strictObject({
  /** An action that touches more devices than this wants a second person. */
  secondPersonDevices: z.int().min(1, 'At least 1').max(mostDevices, 'At most 100,000'),
  /** Devices that may start an install in any one hour. */
  devicesPerHour: z.int().min(1, 'At least 1').max(mostDevices, 'At most 100,000'),
})
export type SaveSettings = z.infer<typeof saveSettingsSchema>

export const setManagerFactorsSchema = z.strictObject({ managersNeedFactor: z.boolean() })
export type SetManagerFactors = z.infer<typeof setManagerFactorsSchema>

export const directorySchema = z
  .strictObject({ provider: z.enum(directoryProviders), tenant: plainLine(253).toLowerCase() })
  .superRefine((input, context) => {
    const fault = directoryFault(input.provider, input.tenant)
    if (fault) context.addIssue({ code: 'custom', path: ['tenant'], message: fault })
  })
export type Directory = z.infer<typeof directorySchema>

/** Stops all changes of the company, or lets them go on. */
export const changesSchema = z.strictObject({ reason: wantedReason })
export type ControlChanges = z.infer<typeof changesSchema>
