import { getDevice } from '../../devices/get-device.ts'
import { listDevices } from '../../devices/list-devices.ts'
import { patchNow } from '../../devices/patch-now.ts'
import { retryDevice } from '../../devices/retry-device.ts'
import { scanDevice } from '../../devices/scan-device.ts'
import {
  getDeviceSchema,
  listDevicesSchema,
  patchNowSchema,
  retryDeviceSchema,
  scanDeviceSchema,
  tagDeviceSchema,
} from '../../devices/schema.ts'
import { tagDevice } from '../../devices/tag-device.ts'
import { memberProcedure, router } from '../trpc.ts'

export const devicesRouter = router({
  list: memberProcedure.input(listDevicesSchema).query(({ ctx, input }) => listDevices(ctx, input)),
  get: memberProcedure.input(getDeviceSchema).query(({ ctx, input }) => getDevice(ctx, input)),
  scan: memberProcedure.input(scanDeviceSchema).mutation(({ ctx, input }) => scanDevice(ctx, input)),
  patchNow: memberProcedure.input(patchNowSchema).mutation(({ ctx, input }) => patchNow(ctx, input)),
  retry: memberProcedure.input(retryDeviceSchema).mutation(({ ctx, input }) => retryDevice(ctx, input)),
  tag: memberProcedure.input(tagDeviceSchema).mutation(({ ctx, input }) => tagDevice(ctx, input)),
})
