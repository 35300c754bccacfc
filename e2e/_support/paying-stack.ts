import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../../server/auth/job-context.ts'
import { mintSignInLink } from '../../server/auth/mint-sign-in-link.ts'
import { ensurePerson } from '../../server/auth/people.ts'
import { closeAuth, connectAuth } from '../../server/auth/store.ts'
import { billingScheduleId } from '../../server/billing/contract.ts'
import { countUsage } from '../../server/billing/count-usage.ts'
import { fakeMeterEvent, fakeSecrets, startStripeFake } from '../../server/billing/testing/stripe-fake/stripe-fake.ts'
import type { TestDevice } from '../../server/device-api/test-device.ts'
import { addMember } from '../../server/members/add-member.ts'
import { createMsp } from '../../server/members/create-msp.ts'
import { startRolloutWorld } from '../../server/rollouts/testing.ts'
import { freePorts } from '../../tools/world/free-ports.ts'
import { startMoved } from './moved-process.ts'
import type { Person } from './sign-in.ts'
import { required } from './stack.ts'

const dayMs = 86_400_000
const next = 'node_modules/next/dist/bin/next'

/**
 * A whole Patchward whose companies pay: console and worker as they ship, on a database and in a Temporal namespace of their own, and the fake of
 * Stripe, which brings its webhooks to the console. Time goes on in all of them at once, when the journey says so.
 */
export async function startPayingStack(start: Date) {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-paying-'))
  const world = await startRolloutWorld()
  const { urls } = world.door.database
  const [webPort = 0, healthPort = 0] = await freePorts(2)
  const webUrl = `http://127.0.0.1:${webPort}`
  const authSecret = randomBytes(32).toString('hex')
  connectAuth({ databaseUrl: urls.app_auth, secret: authSecret, publicUrl: webUrl })
  const temporal = await openNamespace(`paying-${randomBytes(6).toString('hex')}`)
  const stripe = await startStripeFake(start)
  const webhookUrl = `${webUrl}/api/stripe/webhook`
  stripe.deliverTo(webhookUrl)

  let at = start
  const startedMs = Date.now()
  const aheadMs = () => at.getTime() - startedMs
  const shared = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/',
    PUBLIC_URL: webUrl,
    STRIPE_SECRET_KEY: 'sk_test_fake',
    STRIPE_WEBHOOK_SECRETS: fakeSecrets.join(),
    STRIPE_PRICE_ID: 'price_devices',
    STRIPE_METER_EVENT: fakeMeterEvent,
    STRIPE_API_BASE: stripe.url,
  }
  const [web, worker] = await Promise.all([
    startMoved([next, 'start', '-H', '127.0.0.1', '-p', String(webPort)], {
      env: {
        ...shared,
        WEB_DATABASE_URL: urls.app_web,
        AUTH_DATABASE_URL: urls.app_auth,
        AUTH_SECRET: authSecret,
        SECRET_KEYS: `own:${randomBytes(32).toString('base64')}`,
        PUBLIC_DEVICE_URL: world.door.baseUrl,
      },
      aheadMs: aheadMs(),
      readyUrl: `${webUrl}/readyz`,
      logFile: join(folder, 'web.log'),
    }),
    startMoved(['workflows/worker.ts'], {
      env: {
        ...shared,
        WORKER_DATABASE_URL: urls.app_worker,
        ACROSS_DATABASE_URL: urls.app_across,
        TEMPORAL_ADDRESS: required('TEMPORAL_ADDRESS'),
        TEMPORAL_NAMESPACE: temporal.namespace,
        ORDER_SIGNING_KEY_FILE: await writeKey(folder, 'order', world.door.signingKey),
        AUDIT_SIGNING_KEY_FILE: await writeKey(folder, 'audit', generateKeyPairSync('ed25519').privateKey),
        WORKER_HEALTH_PORT: String(healthPort),
      },
      aheadMs: aheadMs(),
      readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
      logFile: join(folder, 'worker.log'),
    }),
  ])
  const devices: TestDevice[] = []

  return {
    webUrl,
    webhookUrl,
    stripe,
    factories: world.door.factories,
    now: () => at,

    /** A company whose trial begins now, with an owner. */
    async makeCompany(slug: string, name: string, ownerName: string): Promise<{ mspId: string; owner: Person }> {
      const { mspId } = await createMsp({ slug, name }, at, 'journey')
      const email = `owner@${slug}.example`
      const { id: userId } = await ensurePerson({ name: ownerName, email }, at)
      await addMember(jobContext(mspId, 'journey', at), {
        userId,
        name: ownerName,
        email,
        role: 'owner',
        clients: 'all',
      })
      return { mspId, owner: { name: ownerName, email, msp: slug } }
    },
    /** So many devices more, which are heard of every day from now on. */
    async enrol(client: ClientRef, count: number): Promise<void> {
      for (let each = 0; each < count; each++) devices.push(await world.door.addDevice(client))
      await world.hear(devices, at)
      await countUsage(at)
    },
    /** Time goes on: every noon on the way is counted, as the worker's sweep counts it. Whoever was signed in is not any more. */
    async moveTo(to: Date): Promise<void> {
      for (at = noonAfter(at); at < to; at = noonAfter(at)) {
        await world.hear(devices, at)
        await countUsage(at)
      }
      at = to
      await world.hear(devices, at)
      await countUsage(at)
      await Promise.all([web.moveClock(aheadMs()), worker.moveClock(aheadMs())])
      stripe.world.advanceTo(at)
      const refused = await stripe.whenDelivered()
      if (refused.length > 0) throw new Error(`the console did not take ${refused.join(', ')}`)
    },
    /** Temporal wakes the night, as it does at twenty past midnight. */
    wakeNight: () => temporal.client.schedule.getHandle(billingScheduleId).trigger(),
    /** A sign-in link of now. */
    async mintLink({ email }: Person): Promise<string> {
      return `${webUrl}${await mintSignInLink(email, at)}`
    },
    async stop(): Promise<void> {
      await Promise.all([web.stop(), worker.stop()])
      await stripe.stop()
      await closeAuth()
      await temporal.close()
      await world.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type PayingStack = Awaited<ReturnType<typeof startPayingStack>>

const noonAfter = (at: Date) => new Date(Math.floor((at.getTime() + dayMs / 2) / dayMs) * dayMs + dayMs / 2)

async function writeKey(folder: string, name: string, key: KeyObject): Promise<string> {
  const file = join(folder, `${name}-signing.pem`)
  await writeFile(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return file
}

/** A namespace of its own on the stack's Temporal: the stack's worker knows no other database. */
async function openNamespace(namespace: string) {
  const connection = await Connection.connect({ address: required('TEMPORAL_ADDRESS') })
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') })
  return { namespace, client: new Client({ connection, namespace }), close: () => connection.close() }
}
