import { changeGroup } from '../../client-groups/change-group.ts'
import { createGroup } from '../../client-groups/create-group.ts'
import { deleteGroup } from '../../client-groups/delete-group.ts'
import { listGroups } from '../../client-groups/queries.ts'
import { changeGroupSchema, createGroupSchema, deleteGroupSchema } from '../../client-groups/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const clientGroupsRouter = router({
  list: memberProcedure.query(({ ctx }) => listGroups(ctx)),
  create: memberProcedure.input(createGroupSchema).mutation(({ ctx, input }) => createGroup(ctx, input)),
  change: memberProcedure.input(changeGroupSchema).mutation(({ ctx, input }) => changeGroup(ctx, input)),
  delete: memberProcedure.input(deleteGroupSchema).mutation(({ ctx, input }) => deleteGroup(ctx, input)),
})
