import { randomBytes } from 'node:crypto'
import { doorPaths } from '../../agent/wire/door.ts'
import type { DoorReply, TestDevice } from '../device-api/test-device.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import type { ClientIds } from './isolation.world.ts'

/**
 * What the isolation sweep asks of every route of the device door, keyed by method and path. A new route needs a line here:
 *   open to everybody: `'GET /healthz': 'open'`
 *   signed by a device: how a device calls it with its own credential, naming the things of `ids` where a request names any.
 * The sweep calls signed routes without a proof (401), in another device's name (401), and as a device of another MSP with the ids of
 * this one: the answer must be that for ids that never were, nothing of this MSP may stand in it, and no row of it may change.
 */
export type DoorCase = 'open' | ((device: TestDevice, ids: ClientIds) => Promise<DoorReply<object>>)

export const doorCases: Record<string, DoorCase> = {
  'GET /healthz': 'open',
  'GET /install.sh': 'open',
  'GET /readyz': 'open',
  // This machine only, and counters without names.
  'GET /metrics': 'open',
  [`GET ${doorPaths.bundle}`]: 'open',
  [`GET ${doorPaths.bundleHash}`]: 'open',
  [`GET ${doorPaths.node}`]: 'open',
  [`GET ${doorPaths.nodeHash}`]: 'open',
  // Who holds a token may enrol: the token is the credential, and decides MSP, client and site.
  [`POST ${doorPaths.enrol}`]: (device) => device.enrol(randomBytes(24).toString('base64url')),
  [`POST ${doorPaths.checkIn}`]: (device) => device.checkIn(),
  // The keys are the same for everybody; what it says of itself is about itself.
  [`POST ${doorPaths.roots}`]: (device) => device.roots(1, 'canary-foreign-svc'),
  [`POST ${doorPaths.inventory}`]: (device) =>
    device.inventory({ facts: device.facts, missing: exampleMissing('canary-foreign-svc=2.0') }),
  [`POST ${doorPaths.poll}`]: (device) => device.poll(),
  [`POST ${doorPaths.permit}`]: (device, { orderId }) => device.permit(orderId),
  [`POST ${doorPaths.reports}`]: (device, { orderId }) => device.report({ orderId, state: 'proved' }),
}
