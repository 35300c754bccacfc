import { randomUUID } from 'node:crypto'
import type { ClientRef } from '../../db/factories.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { exampleHashes, exampleMissing, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole } from '../device-api/testing.ts'
import { permissionsOf, type Role } from '../permissions.ts'

/** A world for tests of decisions: one MSP with three clients, two devices each (one tagged test), and a second MSP; real door, real database. */
export async function startPatchWorld() {
  const door = await startTestConsole()
  const mspId = await door.factories.makeMsp('Northfold')
  const otherMspId = await door.factories.makeMsp('Elsewhere')
  const client = (name: string, msp = mspId) => door.factories.makeClient(msp, { name })
  const alder = await client('Alder Dental')
  const birch = await client('Birch Law')
  const cedar = await client('Cedar Care')
  const foreign = await client('Foreign Ltd', otherMspId)
  let reports = 0

  const enrol = async (owner: ClientRef, hostName: string, tags: string[] = []): Promise<TestDevice> => {
    const device = await door.addDevice(owner, { hostName })
    await door.factories.inMsp(owner.mspId, (tx) => tx`update devices set tags = ${tags} where id = ${device.deviceId}`)
    return device
  }

  return {
    door,
    mspId,
    alder,
    birch,
    cedar,
    foreign,
    enrol,
    /** The device lacks exactly these `name=version` from now on. */
    async lacks(device: TestDevice, ...refs: string[]): Promise<void> {
      reports += 1
      const reply = await device.inventory({ hashes: exampleHashes(`${reports}`), missing: exampleMissing(...refs) })
      if (reply.status !== 200) throw new Error(`the door answered ${reply.status} ${reply.body.error?.message}`)
    },
    patchId: (name: string, version: string, msp = mspId) => door.factories.findPatch(msp, name, version),
    /** A person of the MSP who sees all clients, or only these. */
    person(role: Role, clients: 'all' | readonly ClientRef[] = 'all', now = new Date(), msp = mspId): Context {
      return {
        actor: { kind: 'person', userId: randomUUID(), name: 'Ada', role, provedAt: now },
        // Ids of rows that this world made.
        mspId: msp as MspId,
        clients: clients === 'all' ? 'all' : clients.map((one) => one.clientId as ClientId),
        permissions: permissionsOf[role],
        now,
      }
    },
    /** What the audit log says was done, oldest first. */
    audit: () =>
      door.factories.inMsp(
        mspId,
        (tx) =>
          tx`select action, client_id, subject_kind, subject_name, reason, changes from audit_records where outcome = 'done' order by id`,
      ),
    /** And what was tried and refused. */
    denied: () =>
      door.factories.inMsp(
        mspId,
        (tx) => tx`select action, reason from audit_records where outcome = 'denied' order by id`,
      ),
    stop: door.stop,
  }
}

export type PatchWorld = Awaited<ReturnType<typeof startPatchWorld>>
