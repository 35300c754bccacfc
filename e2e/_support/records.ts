import { type ClientRef, Factories } from '../../db/factories.ts'
import { labPolicy } from '../../tools/seed/lab-policy.ts'
import { stack } from './stack.ts'

export interface DeviceRef {
  id: string
  mspId: string
  clientId: string
}
export interface InstallStanding {
  state: string
  isLeased: boolean
  isPermitted: boolean
}
export interface Ids {
  clients: string[]
  devices: string[]
  patches: string[]
  rollouts: string[]
  holds: string[]
  tokens: string[]
}

/** Arranges what a journey begins with, and finds ids for its URLs, as the worker's own logins: never as superuser. */
export class Records {
  readonly factories = new Factories({
    // Only these two are used here; the rest of the logins belong to processes that run.
    urls: {
      app_worker: stack.workerDatabaseUrl,
      app_across: stack.acrossDatabaseUrl,
      app_web: '',
      app_auth: '',
      app_device: '',
    },
  })

  close(): Promise<void> {
    return this.factories.close()
  }

  async findMsp(slug: string): Promise<string> {
    const [msp] = await this.factories.across<{ id: string }[]>`select id from msps where slug = ${slug}`
    if (!msp) throw new Error(`there is no MSP ${slug}`)
    return msp.id
  }

  async findClient(slug: string, name: string): Promise<ClientRef> {
    const mspId = await this.findMsp(slug)
    const [client] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ clientId: string; siteId: string }[]>`select c.id as "clientId", s.id as "siteId"
        from clients c join sites s on s.msp_id = c.msp_id and s.client_id = c.id where c.name = ${name}`,
    )
    if (!client) throw new Error(`there is no client ${name}`)
    return { mspId, ...client }
  }

  async findDevice(hostName: string): Promise<DeviceRef> {
    const [device] = await this.factories.across<DeviceRef[]>`select id, msp_id as "mspId", client_id as "clientId"
      from devices where host_name = ${hostName}`
    if (!device) throw new Error(`there is no device ${hostName}`)
    return device
  }

  async hasDevice(hostName: string): Promise<boolean> {
    return (await this.factories.across`select from devices where host_name = ${hostName}`).length > 0
  }

  /** What the sidebar counts, over all clients or all but one: patches that are missing somewhere, standing holds. */
  async countThings(mspId: string, exceptClientId: string | null = null): Promise<{ Patches: number; Holds: number }> {
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ Patches: number; Holds: number }[]>`select
        (select count(distinct patch_id)::int from device_patches
          where resolved_at is null and client_id is distinct from ${exceptClientId}) as "Patches",
        (select count(*)::int from holds
          where lifted_at is null and client_id is distinct from ${exceptClientId}) as "Holds"`,
    )
    return { Patches: row?.Patches ?? 0, Holds: row?.Holds ?? 0 }
  }

  /** Ids of an MSP's things, of one client where it is named. */
  async listIds(mspId: string, clientId: string | null = null): Promise<Ids> {
    return this.factories.inMsp(mspId, async (tx) => {
      const idsOf = async (table: string) => {
        const rows = await tx<{ id: string }[]>`select id from ${tx(table)}
          where ${clientId}::uuid is null or client_id = ${clientId}`
        return rows.map((row) => row.id)
      }
      const lacking = await tx<{ id: string }[]>`select patch_id as id from device_patches group by patch_id
        having ${clientId}::uuid is null or bool_and(client_id = ${clientId})`
      const clients = await tx<
        { id: string }[]
      >`select id from clients where ${clientId}::uuid is null or id = ${clientId}`
      return {
        clients: clients.map((row) => row.id),
        devices: await idsOf('devices'),
        patches: lacking.map((row) => row.id),
        rollouts: await idsOf('rollouts'),
        holds: await idsOf('holds'),
        tokens: await idsOf('enrolment_tokens'),
      }
    })
  }

  /** At how many clients something has been rolled out. */
  async countClientsWithRollout(slug: string): Promise<number> {
    const mspId = await this.findMsp(slug)
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ clients: number }[]>`select count(distinct client_id)::int as clients from rollouts`,
    )
    return row?.clients ?? 0
  }

  /** SHA-256 of a patch that the device has reported as missing; null while it has not. */
  async findMissing({ mspId, id }: DeviceRef, name: string, version: string): Promise<string | null> {
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ sha256: string | null }[]>`select t.sha256 from device_patches t
        join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
        where t.device_id = ${id} and p.name = ${name} and p.version = ${version} and t.resolved_at is null`,
    )
    return row?.sha256 ?? null
  }

  /** The last state that the device reported for an order; null before the first. */
  async deviceStateOf({ mspId, id }: DeviceRef, orderId: string): Promise<string | null> {
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ state: string | null }[]>`select device_state as state from work_orders
        where device_id = ${id} and id = ${orderId}`,
    )
    return row?.state ?? null
  }

  /** Where the newest install order of a patch stands on a device. */
  async findInstall({ mspId, id }: DeviceRef, name: string, version: string): Promise<InstallStanding | null> {
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<
        InstallStanding[]
      >`select o.state, o.lease_until is not null as "isLeased", o.permitted_at is not null as "isPermitted"
        from work_orders o join patches p on p.msp_id = o.msp_id and p.id = any (o.patch_ids)
        where o.device_id = ${id} and o.verb = 'install' and p.name = ${name} and p.version = ${version}
        order by o.attempt desc limit 1`,
    )
    return row ? { ...row } : null
  }

  /** How many of these orders ever got a permit. */
  async countPermits({ mspId, id }: DeviceRef, orderIds: string[]): Promise<number> {
    const [row] = await this.factories.inMsp(
      mspId,
      (tx) => tx<{ permits: number }[]>`select count(permitted_at)::int as permits from work_orders
        where device_id = ${id} and id = any (${orderIds})`,
    )
    return row?.permits ?? 0
  }

  /** The lab's policy for an MSP, with or without its rule that approves: by hand, what is found from now on waits for a person. */
  async savePolicy(slug: string, { isByHand }: { isByHand: boolean }): Promise<void> {
    const rules = isByHand ? [] : labPolicy.approvalRules
    await this.factories.makePolicy(await this.findMsp(slug), { ...labPolicy, approvalRules: rules })
  }
}
