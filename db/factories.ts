import { createHash, randomBytes, randomUUID } from 'node:crypto'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import type { TestDatabase } from './testing.ts'

/** Arranges rows for tests with the product's own roles, never as superuser: what it may not write, a device reports. */
export class Factories {
  readonly across: Sql
  readonly worker: Sql

  constructor(database: Pick<TestDatabase, 'urls'>) {
    this.across = postgres(database.urls.app_across, { max: 2, onnotice: () => {} })
    this.worker = postgres(database.urls.app_worker, { max: 2, onnotice: () => {} })
  }

  async close(): Promise<void> {
    await Promise.all([this.across.end(), this.worker.end()])
  }

  /** Runs `work` inside one MSP, seeing all of its clients. */
  async inMsp<T>(mspId: string, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
    const made = await this.worker.begin(async (tx) => {
      await tx`select set_config('app.msp_id', ${mspId}, true), set_config('app.all_clients', 't', true)`
      return { result: await work(tx) }
    })
    return made.result
  }

  async makeMsp(name = `MSP ${randomUUID().slice(0, 8)}`): Promise<string> {
    const [msp] = await this.across`insert into msps (slug, name, created_at)
      values (${name.toLowerCase().replaceAll(' ', '-')}, ${name}, now()) returning id`
    return msp?.id
  }

  /** A client with one site. */
  async makeClient(
    mspId: string,
    { name = `Client ${randomUUID().slice(0, 8)}`, timeZone = 'Europe/Berlin' } = {},
  ): Promise<ClientRef> {
    return this.inMsp(mspId, async (tx) => {
      const [client] = await tx`insert into clients (msp_id, slug, name, time_zone, created_at)
        values (${mspId}, ${name.toLowerCase().replaceAll(' ', '-')}, ${name}, ${timeZone}, now()) returning id`
      const [site] =
        await tx`insert into sites (msp_id, client_id, name) values (${mspId}, ${client?.id}, 'Office') returning id`
      return { mspId, clientId: client?.id, siteId: site?.id }
    })
  }

  async makeToken(
    client: ClientRef,
    {
      uses = 1,
      expiresAt = inHours(24),
      isRevoked = false,
      tags = [],
    }: { uses?: number; expiresAt?: Date; isRevoked?: boolean; tags?: string[] } = {},
  ): Promise<string> {
    const token = randomBytes(24).toString('base64url')
    const hash = createHash('sha256').update(token).digest('hex')
    await this.inMsp(
      client.mspId,
      (tx) => tx`insert into enrolment_tokens
      (msp_id, client_id, site_id, token_hash, uses_left, expires_at, created_at, created_by, revoked_at, tags)
      values (${client.mspId}, ${client.clientId}, ${client.siteId}, ${hash}, ${uses}, ${expiresAt}, now(), 'A test',
        ${isRevoked ? new Date() : null}, ${tags})`,
    )
    return token
  }

  /** The first root of the signing keys, with this one key. */
  async makeSigningKey(keyId: string, publicKey: string): Promise<void> {
    const root = { threshold: 1, keys: [{ keyid: keyId, publicKey }] }
    await this
      .across`insert into signing_roots (version, root, published_at) values (1, ${this.across.json(root)}, now())
      on conflict do nothing`
  }

  /** The evaluator was last alive at `at`: without it the door leases no install order and gives no permit. */
  async beat(at = new Date()): Promise<void> {
    await this.across`insert into worker_beats (name, at) values ('evaluator', ${at})
      on conflict (name) do update set at = excluded.at`
  }

  async makePolicy(mspId: string, document: object): Promise<void> {
    await this.inMsp(
      mspId,
      (tx) => tx`insert into policies (msp_id, client_id, version, document, created_by, created_at)
      select ${mspId}, null, coalesce(max(version), 0) + 1, ${tx.json({ ...document })}, 'A test', now() from policies
      where client_id is null`,
    )
  }

  /** Id of a patch that a device reported as missing. */
  async findPatch(mspId: string, name: string, version: string): Promise<string> {
    const [patch] = await this.inMsp(
      mspId,
      (tx) => tx`select id from patches where name = ${name} and version = ${version}`,
    )
    if (!patch) throw new Error(`no device reported ${name} ${version}`)
    return patch.id
  }

  /** A running rollout whose rings are open in a window that is open for a day, each with its patches under a gate. */
  async makeRollout(client: ClientRef, rings: RingSpec[]): Promise<string> {
    const { mspId, clientId } = client
    return this.inMsp(mspId, async (tx) => {
      const [numbered] = await tx`update msps set last_rollout_number = last_rollout_number + 1
        where id = ${mspId} returning last_rollout_number as number`
      const [rollout] =
        await tx`insert into rollouts (msp_id, client_id, number, title, policy_version, policy, state, started_by, started_at)
        values (${mspId}, ${clientId}, ${numbered?.number}, 'A test', 'v1', '{}', 'running', 'A test', now()) returning id`
      const rolloutId: string = rollout?.id
      for (const [position, ring] of rings.entries()) {
        await tx`insert into rollout_rings (msp_id, client_id, rollout_id, position, name, device_count, state, concurrency, not_before, opened_at)
          values (${mspId}, ${clientId}, ${rolloutId}, ${position}, ${`Ring ${position}`}, ${ring.deviceIds.length}, 'open',
            ${ring.concurrency ?? null}, now(), now())`
        for (const patchId of ring.patchIds) await this.addPatch(tx, client, rolloutId, position, ring, patchId)
        const {
          opensAt = inHours(-1),
          lastStartAt = inHours(23),
          closesAt = inHours(24),
          timeZone = '*',
        } = ring.window ?? {}
        await tx`insert into ring_windows (msp_id, client_id, rollout_id, position, time_zone, opens_at, closes_at, last_start_at)
          values (${mspId}, ${clientId}, ${rolloutId}, ${position}, ${timeZone}, ${opensAt}, ${closesAt}, ${lastStartAt})`
      }
      return rolloutId
    })
  }

  private async addPatch(
    tx: TransactionSql,
    client: ClientRef,
    rolloutId: string,
    position: number,
    ring: RingSpec,
    patchId: string,
  ) {
    await tx`insert into ring_patches (msp_id, client_id, rollout_id, position, patch_id, due, proved_needed, failure_limit, verdict)
      values (${client.mspId}, ${client.clientId}, ${rolloutId}, ${position}, ${patchId}, ${ring.deviceIds.length}, 1,
        ${ring.failureLimit ?? 1}, 'collecting')`
    await tx`insert into plan_items (msp_id, client_id, rollout_id, device_id, patch_id, position, package_name, set_key, from_version,
        to_version, architecture, sha256, undo_class, state, state_at)
      select t.msp_id, t.client_id, ${rolloutId}, t.device_id, t.patch_id, ${position}, p.name, t.set_key, t.from_version, p.version,
        p.architecture, t.sha256, t.undo_class, 'ordered', now()
      from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
      where t.patch_id = ${patchId} and t.device_id = any (${ring.deviceIds})`
  }

  /** A signed order as the worker leaves it (`ready`), with an envelope that says nothing but its id. */
  async makeOrder(client: ClientRef, order: OrderSpec): Promise<string> {
    const id = randomUUID()
    const { verb = 'install', attempt = 1, patchIds = [], supersedes = [], state = 'ready' } = order
    await this.inMsp(
      client.mspId,
      (tx) => tx`insert into work_orders (msp_id, client_id, id, device_id, rollout_id, position, verb, attempt,
        patch_ids, body, seq, envelope, state, supersedes, not_before, not_after, window_open_until, created_at)
      select ${client.mspId}, ${client.clientId}, ${id}, ${order.deviceId}, ${order.rolloutId ?? null}, ${order.position ?? null}, ${verb},
        ${attempt}, ${patchIds}, '{}', coalesce(max(seq), 0) + 1, ${tx.json({ payloadType: 'test', payload: id, signatures: [] })},
        ${state}, ${supersedes}, ${order.notBefore ?? inHours(-1)}, ${order.notAfter ?? inHours(24)}, ${order.windowOpenUntil ?? null}, now()
      from work_orders where device_id = ${order.deviceId}`,
    )
    return id
  }

  /** Rows of each table that this MSP can see, and of the tables between tenants. */
  async countRows(mspId: string): Promise<Record<string, number>> {
    const tables = await this.worker`select relname as name from pg_class where relnamespace = 'public'::regnamespace
      and relkind = 'r' and has_table_privilege(oid, 'select') order by 1`
    const counts: Record<string, number> = {}
    await this.inMsp(mspId, async (tx) => {
      for (const { name } of tables) {
        const [row] = await tx`select count(*)::int as rows from ${tx(name)}`
        counts[name] = row?.rows
      }
    })
    for (const name of ['outbox', 'change_feed', 'devices', 'msps']) {
      const [row] = await this.across`select count(*)::int as rows from ${this.across(name)}`
      counts[`all ${name}`] = row?.rows
    }
    return counts
  }
}

export interface ClientRef {
  mspId: string
  clientId: string
  siteId: string
}
export interface RingSpec {
  deviceIds: string[]
  patchIds: string[]
  concurrency?: number
  failureLimit?: number
  window?: { opensAt?: Date; lastStartAt?: Date; closesAt?: Date; timeZone?: string }
}
export interface OrderSpec {
  deviceId: string
  rolloutId?: string
  position?: number
  verb?: 'stage' | 'scan' | 'install' | 'rollback' | 'healthcheck' | 'cancel'
  attempt?: number
  patchIds?: string[]
  supersedes?: string[]
  state?: 'unsigned' | 'ready' | 'open' | 'finished' | 'void'
  notBefore?: Date
  notAfter?: Date
  windowOpenUntil?: Date
}

/** A moment `hours` from now. */
export const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
