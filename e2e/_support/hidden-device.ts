import { exampleMissing, TestDevice } from '../../server/device-api/test-device.ts'
import type { Records } from './records.ts'
import { stack } from './stack.ts'

/** Enrols a device of a client with one patch that nobody else lacks. It speaks to the real door; no package manager is behind it. */
export async function enrolDevice(
  records: Records,
  at: { msp: string; client: string },
  { tags = [], ...facts }: Partial<TestDevice['facts']> & { tags?: string[] },
  missing: ReturnType<typeof exampleMissing>,
): Promise<TestDevice> {
  const client = await records.findClient(at.msp, at.client)
  const device = new TestDevice(stack.deviceUrl, facts)
  const enrolled = await device.enrol(await records.factories.makeToken(client, { tags }))
  if (enrolled.status !== 200) throw new Error(`not enrolled: ${enrolled.body.error?.message}`)
  // Reports about no order of its own would not be kept.
  const { deviceId } = device
  device.orderId = await records.factories.makeOrder(client, { deviceId, verb: 'scan', state: 'finished' })
  await device.checkIn()
  const told = await device.inventory({ missing, facts: device.facts, scannedAt: new Date().toISOString() })
  if (told.status !== 200) throw new Error(`inventory refused: ${told.body.error?.message}`)
  return device
}

/** What belongs to a client that Tom may not see, and to nobody else. */
export const secret = {
  client: 'Harbour Lane Surveyors',
  hostName: 'hl-secret-01',
  patch: 'only-at-harbour',
  /** A second one, for a rollout of its own. */
  rolledOut: 'rolled-out-at-harbour',
}

/** The device with these names, once, whichever journey comes first. */
export async function ensureSecret(records: Records): Promise<void> {
  const connection = await records.factories.across.reserve()
  try {
    await connection`select pg_advisory_lock(7083)`
    if (await records.hasDevice(secret.hostName)) return
    const missing = exampleMissing(`${secret.patch}=9.9`, `${secret.rolledOut}=9.9`)
    await enrolDevice(records, { msp: 'northfold', client: secret.client }, { hostName: secret.hostName }, missing)
  } finally {
    await connection`select pg_advisory_unlock(7083)`
    connection.release()
  }
}

export { exampleMissing }
