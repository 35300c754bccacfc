import { resetMemberFactors } from '../../auth/reset-member-factors.ts'
import { changeMember } from '../../members/change-member.ts'
import { inviteMember } from '../../members/invite-member.ts'
import { listMembers } from '../../members/queries.ts'
import { removeMember } from '../../members/remove-member.ts'
import { resendInvitation } from '../../members/resend-invitation.ts'
import { restoreMember } from '../../members/restore-member.ts'
import { revokeInvitation } from '../../members/revoke-invitation.ts'
import {
  changeMemberSchema,
  inviteMemberSchema,
  oneInvitationSchema,
  oneMemberSchema,
  restoreMemberSchema,
  transferOwnershipSchema,
} from '../../members/schema.ts'
import { suspendMember } from '../../members/suspend-member.ts'
import { transferOwnership } from '../../members/transfer-ownership.ts'
import { memberProcedure, router } from '../trpc.ts'

export const membersRouter = router({
  list: memberProcedure.query(({ ctx }) => listMembers(ctx)),
  invite: memberProcedure.input(inviteMemberSchema).mutation(({ ctx, input }) => inviteMember(ctx, input)),
  resendInvitation: memberProcedure
    .input(oneInvitationSchema)
    .mutation(({ ctx, input }) => resendInvitation(ctx, input)),
  revokeInvitation: memberProcedure
    .input(oneInvitationSchema)
    .mutation(({ ctx, input }) => revokeInvitation(ctx, input)),
  change: memberProcedure.input(changeMemberSchema).mutation(({ ctx, input }) => changeMember(ctx, input)),
  suspend: memberProcedure.input(oneMemberSchema).mutation(({ ctx, input }) => suspendMember(ctx, input)),
  restore: memberProcedure.input(restoreMemberSchema).mutation(({ ctx, input }) => restoreMember(ctx, input)),
  remove: memberProcedure.input(oneMemberSchema).mutation(({ ctx, input }) => removeMember(ctx, input)),
  resetFactors: memberProcedure.input(oneMemberSchema).mutation(({ ctx, input }) => resetMemberFactors(ctx, input)),
  transferOwnership: memberProcedure
    .input(transferOwnershipSchema)
    .mutation(({ ctx, input }) => transferOwnership(ctx, input)),
})
