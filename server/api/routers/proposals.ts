import { confirmProposal } from '../../proposals/confirm-proposal.ts'
import { listProposals } from '../../proposals/queries.ts'
import { rejectProposal } from '../../proposals/reject-proposal.ts'
import { confirmProposalSchema, rejectProposalSchema, withdrawProposalSchema } from '../../proposals/schema.ts'
import { withdrawProposal } from '../../proposals/withdraw-proposal.ts'
import { memberProcedure, router } from '../trpc.ts'

export const proposalsRouter = router({
  list: memberProcedure.query(({ ctx }) => listProposals(ctx)),
  confirm: memberProcedure.input(confirmProposalSchema).mutation(({ ctx, input }) => confirmProposal(ctx, input)),
  reject: memberProcedure.input(rejectProposalSchema).mutation(({ ctx, input }) => rejectProposal(ctx, input)),
  withdraw: memberProcedure.input(withdrawProposalSchema).mutation(({ ctx, input }) => withdrawProposal(ctx, input)),
})
