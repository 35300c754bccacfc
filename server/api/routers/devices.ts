import { getDevice } from '../../devices/get-device.ts'
import { listDevices } from '../../devices/list-devices.ts'
import { moveDevice } from '../../devices/move-device.ts'
import { patchNow } from '../../devices/patch-now.ts'
import { retireDevice } from '../../devices/retire-device.ts'
import { retryDevice } from '../../devices/retry-device.ts'
import { scanDevice } from '../../devices/scan-device.ts'
import {
  getDeviceSchema,
  listDevicesSchema,
  moveDeviceSchema,
  patchNowSchema,
  retireDeviceSchema,
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
  move: memberProcedure.input(moveDeviceSchema).mutation(({ ctx, input }) => moveDevice(ctx, input)),
  retire: memberProcedure.input(retireDeviceSchema).mutation(({ ctx, input }) => retireDevice(ctx, input)),
})
