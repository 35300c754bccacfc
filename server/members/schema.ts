import { z } from 'zod'
import { roles } from '../permissions.ts'
import { plainName } from '../plain-text.ts'

/** The part of every URL that names an MSP. */
export const slugSchema = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Small letters, digits and hyphens')

export const createMspSchema = z.strictObject({
  name: plainName,
  slug: slugSchema,
})
export type CreateMsp = z.infer<typeof createMspSchema>

export const addMemberSchema = z
  .strictObject({
    userId: z.uuid(),
    name: plainName,
    email: z.email(),
    role: z.enum(roles),
    clients: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)]),
  })
  .refine((input) => input.role !== 'owner' || input.clients === 'all', {
    path: ['clients'],
    message: 'An owner sees all clients',
  })
export type AddMember = z.infer<typeof addMemberSchema>
