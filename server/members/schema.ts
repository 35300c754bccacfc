import { z } from 'zod'
import { roles } from '../permissions.ts'

const name = z
  .string()
  .trim()
  .min(2, 'At least two letters')
  .max(100)
  .regex(/^\P{C}+$/u, 'Letters, digits and signs only')

export const createMspSchema = z.strictObject({
  name,
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Small letters, digits and hyphens')
    .max(60),
})
export type CreateMsp = z.infer<typeof createMspSchema>

export const addMemberSchema = z
  .strictObject({
    userId: z.uuid(),
    name,
    email: z.email(),
    role: z.enum(roles),
    clients: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)]),
  })
  .refine((input) => input.role !== 'owner' || input.clients === 'all', {
    path: ['clients'],
    message: 'An owner sees all clients',
  })
export type AddMember = z.infer<typeof addMemberSchema>
