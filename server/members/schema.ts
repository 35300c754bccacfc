import { z } from 'zod'
import { type Role, roles } from '../permissions.ts'
import { anyReason, plainLine, plainName, wantedReason } from '../plain-text.ts'

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

const clientsSchema = z.union([z.literal('all'), z.array(z.uuid()).min(1).max(500)])
const emailSchema = z.email('An e-mail address').max(254).toLowerCase()

interface Reach {
  role: Role
  clients: 'all' | readonly string[]
}
const ownersSeeAll = {
  check: (input: Reach) => input.role !== 'owner' || input.clients === 'all',
  as: { path: ['clients'], message: 'An owner sees all clients' },
}
const managersSeeTheirs = {
  check: (input: Reach) => input.role !== 'client-manager' || input.clients !== 'all',
  as: { path: ['clients'], message: 'A client manager sees clients that are named, never all' },
}

export const addMemberSchema = z
  .strictObject({
    userId: z.uuid(),
    name: plainName,
    email: emailSchema,
    role: z.enum(roles),
    clients: clientsSchema,
  })
  .refine(ownersSeeAll.check, ownersSeeAll.as)
  .refine(managersSeeTheirs.check, managersSeeTheirs.as)
export type AddMember = z.infer<typeof addMemberSchema>

export const inviteMemberSchema = z
  .strictObject({ name: plainName, email: emailSchema, role: z.enum(roles), clients: clientsSchema })
  .refine(ownersSeeAll.check, ownersSeeAll.as)
  .refine(managersSeeTheirs.check, managersSeeTheirs.as)
export type InviteMember = z.infer<typeof inviteMemberSchema>

export const oneInvitationSchema = z.strictObject({ invitationId: z.uuid() })
export type OneInvitation = z.infer<typeof oneInvitationSchema>

export const changeMemberSchema = z
  .strictObject({ userId: z.uuid(), role: z.enum(roles), clients: clientsSchema })
  .refine(ownersSeeAll.check, ownersSeeAll.as)
  .refine(managersSeeTheirs.check, managersSeeTheirs.as)
export type ChangeMember = z.infer<typeof changeMemberSchema>

/** Somebody leaves, stays out for a while, or begins anew: with a reason for the log. */
export const oneMemberSchema = z.strictObject({ userId: z.uuid(), reason: wantedReason })
export type OneMember = z.infer<typeof oneMemberSchema>

export const restoreMemberSchema = z.strictObject({ userId: z.uuid(), reason: anyReason })
export type RestoreMember = z.infer<typeof restoreMemberSchema>

/** `companyName` is typed by hand: who gives a company away has read which one. */
export const transferOwnershipSchema = z.strictObject({ userId: z.uuid(), companyName: plainLine(100) })
export type TransferOwnership = z.infer<typeof transferOwnershipSchema>
