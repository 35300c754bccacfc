import { addDirectory } from '../../msps/add-directory.ts'
import { getSettings } from '../../msps/queries.ts'
import { removeDirectory } from '../../msps/remove-directory.ts'
import { saveSettings } from '../../msps/save-settings.ts'
import { directorySchema, saveSettingsSchema, setManagerFactorsSchema } from '../../msps/schema.ts'
import { setManagerFactors } from '../../msps/set-manager-factors.ts'
import { saveLogo } from '../../reports/delivery/save-logo.ts'
import { saveReportSettings } from '../../reports/delivery/save-report-settings.ts'
import { saveLogoSchema, saveReportSettingsSchema } from '../../reports/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const settingsRouter = router({
  get: memberProcedure.query(({ ctx }) => getSettings(ctx)),
  save: memberProcedure.input(saveSettingsSchema).mutation(({ ctx, input }) => saveSettings(ctx, input)),
  saveReports: memberProcedure
    .input(saveReportSettingsSchema)
    .mutation(({ ctx, input }) => saveReportSettings(ctx, input)),
  saveLogo: memberProcedure.input(saveLogoSchema).mutation(({ ctx, input }) => saveLogo(ctx, input)),
  setManagerFactors: memberProcedure
    .input(setManagerFactorsSchema)
    .mutation(({ ctx, input }) => setManagerFactors(ctx, input)),
  addDirectory: memberProcedure.input(directorySchema).mutation(({ ctx, input }) => addDirectory(ctx, input)),
  removeDirectory: memberProcedure.input(directorySchema).mutation(({ ctx, input }) => removeDirectory(ctx, input)),
})
