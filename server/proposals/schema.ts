import { z } from 'zod'
import { wantedReason } from '../plain-text.ts'

const proposalId = z.uuid()

/** `devices` is the number the second person typed: it must be what would be reached now. `shown`: of what they read, as the list has it. */
export const confirmProposalSchema = z.strictObject({
  proposalId,
  devices: z.number().int().min(0).max(10_000_000),
  shown: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ConfirmProposal = z.infer<typeof confirmProposalSchema>

export const rejectProposalSchema = z.strictObject({
  proposalId,
  reason: wantedReason,
})
export type RejectProposal = z.infer<typeof rejectProposalSchema>

export const withdrawProposalSchema = z.strictObject({ proposalId })
export type WithdrawProposal = z.infer<typeof withdrawProposalSchema>
