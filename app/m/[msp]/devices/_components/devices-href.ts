import type { ListDevices } from '@/server/devices/schema'
import { paths } from '@/server/paths'

/** The URL with these filters; a changed filter begins at the first page. */
export const devicesHref = (msp: string, input: Partial<ListDevices>) => paths.devices(msp, input)
