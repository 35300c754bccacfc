import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const LabPlan = z.strictObject({
  /** Where the devices' agents reach the device door. */
  deviceUrl: z.url(),
  repository: z.strictObject({ port: z.int().min(1).max(65535).optional() }).optional(),
  devices: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
        token: z.string().min(1),
      }),
    )
    .min(1),
})
export type LabPlan = z.infer<typeof LabPlan>

/** Reads a lab plan; throws with a sentence that names file and field, and the way out. Names of devices must be unique. */
export async function readLabPlan(file: string): Promise<LabPlan> {
  const parsed = LabPlan.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success)
    throw new Error(
      `${file} is no lab plan of this version: ${z.prettifyError(parsed.error)}\nIf an older version of Patchward wrote it, \`npm run reset\` forgets all that state; then start again.`,
    )
  const names = parsed.data.devices.map((device) => device.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`${file} names the device ${twice} twice`)
  return parsed.data
}
