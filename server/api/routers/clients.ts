import { createClient } from '../../clients/create-client.ts'
import { listClientRisks } from '../../clients/list-client-risks.ts'
import { createClientSchema } from '../../clients/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const clientsRouter = router({
  list: memberProcedure.query(({ ctx }) => listClientRisks(ctx)),
  create: memberProcedure.input(createClientSchema).mutation(({ ctx, input }) => createClient(ctx, input)),
})
