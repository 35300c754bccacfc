import { z } from 'zod'
import { plainText } from '../plain-text.ts'

const proposalId = z.uuid()

/** `devices` is the number the second person typed: it must be what would be reached now. */
export const confirmProposalSchema = z.strictObject({ proposalId, devices: z.number().int().min(0).max(10_000_000) })
export type ConfirmProposal = z.infer<typeof confirmProposalSchema>

export const rejectProposalSchema = z.strictObject({
  proposalId,
  reason: plainText(500).min(3, 'Say why: at least three letters'),
})
export type RejectProposal = z.infer<typeof rejectProposalSchema>

export const withdrawProposalSchema = z.strictObject({ proposalId })
export type WithdrawProposal = z.infer<typeof withdrawProposalSchema>
