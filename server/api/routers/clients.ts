import { cancelErasure } from '../../client-erasures/cancel-erasure.ts'
import { requestErasure } from '../../client-erasures/request-erasure.ts'
import { cancelErasureSchema, requestErasureSchema } from '../../client-erasures/schema.ts'
import { checkExport } from '../../client-exports/begin-export.ts'
import { archiveClient } from '../../clients/archive-client.ts'
import { changeClient } from '../../clients/change-client.ts'
import { createClient } from '../../clients/create-client.ts'
import { getClientPage, listPlaces } from '../../clients/get-client-page.ts'
import { getLeftDevice } from '../../clients/get-left-device.ts'
import { listArchived } from '../../clients/list-archived.ts'
import { listClientRisks } from '../../clients/list-client-risks.ts'
import { restoreClient } from '../../clients/restore-client.ts'
import {
  archiveClientSchema,
  changeClientSchema,
  createClientSchema,
  deviceHistorySchema,
  getClientSchema,
} from '../../clients/schema.ts'
import { setRulePacksSchema } from '../../due-dates/schema.ts'
import { setRulePacks } from '../../due-dates/set-rule-packs.ts'
import { memberProcedure, router } from '../trpc.ts'

export const clientsRouter = router({
  list: memberProcedure.query(({ ctx }) => listClientRisks(ctx)),
  archived: memberProcedure.query(({ ctx }) => listArchived(ctx)),
  places: memberProcedure.query(({ ctx }) => listPlaces(ctx)),
  get: memberProcedure.input(getClientSchema).query(({ ctx, input }) => getClientPage(ctx, input)),
  leftDevice: memberProcedure.input(deviceHistorySchema).query(({ ctx, input }) => getLeftDevice(ctx, input)),
  create: memberProcedure.input(createClientSchema).mutation(({ ctx, input }) => createClient(ctx, input)),
  change: memberProcedure.input(changeClientSchema).mutation(({ ctx, input }) => changeClient(ctx, input)),
  archive: memberProcedure.input(archiveClientSchema).mutation(({ ctx, input }) => archiveClient(ctx, input)),
  setRulePacks: memberProcedure.input(setRulePacksSchema).mutation(({ ctx, input }) => setRulePacks(ctx, input)),
  restore: memberProcedure.input(getClientSchema).mutation(({ ctx, input }) => restoreClient(ctx, input)),
  checkExport: memberProcedure.input(getClientSchema).mutation(({ ctx, input }) => checkExport(ctx, input)),
  erase: memberProcedure.input(requestErasureSchema).mutation(({ ctx, input }) => requestErasure(ctx, input)),
  cancelErasure: memberProcedure.input(cancelErasureSchema).mutation(({ ctx, input }) => cancelErasure(ctx, input)),
})
