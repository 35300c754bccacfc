import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { createClient } from '../clients/create-client.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { createMsp } from '../members/create-msp.ts'
import { lastWeek } from '../members/testing.ts'
import type { Role } from '../permissions.ts'
import { parseKeyRing, setKeyRing } from '../secrets/key-ring.ts'
import { contextOf } from './contexts.ts'
import { jobContext } from './job-context.ts'
import { ensurePerson } from './people.ts'
import { closeAuth, connectAuth } from './store.ts'

/** The clock of tests that need no other. */
export const testNow = new Date('2026-09-18T10:00:00Z')

export interface TestCompany {
  mspId: string
  slug: string
  /** The context of a system job in this MSP. */
  job: Context
  /** A client with one site. */
  makeClient(name?: string): Promise<{ clientId: string; siteId: string }>
  /** Somebody who belongs to this MSP, as their requests see it. */
  makeMember(role: Role, clients?: 'all' | string[]): Promise<{ userId: string; email: string; ctx: Context }>
}

/** A cloned database with the console's pools, and companies made through the product's own verbs. */
export async function openTenancy(): Promise<{
  database: TestDatabase
  makeCompany(slug?: string): Promise<TestCompany>
  close(): Promise<void>
}> {
  const database = await cloneDatabase()
  connectPools({ tenant: database.urls.app_web, across: database.urls.app_across, max: 4 })
  setKeyRing(parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`))
  connectAuth({ databaseUrl: database.urls.app_auth, secret: 'x'.repeat(32), publicUrl: 'http://127.0.0.1:3000' })
  return {
    database,
    makeCompany,
    async close() {
      await closeAuth()
      await closePools()
      await database.drop()
    },
  }
}

/** For a file that needs no more than one company: opened before its tests, closed after them. */
export function ownCompany(): { company: TestCompany } {
  const held = {} as { company: TestCompany }
  let tenancy: Awaited<ReturnType<typeof openTenancy>>
  beforeAll(async () => {
    tenancy = await openTenancy()
    held.company = await tenancy.makeCompany()
  })
  afterAll(() => tenancy.close())
  return held
}

async function makeCompany(slug = `msp-${randomUUID().slice(0, 8)}`): Promise<TestCompany> {
  const { mspId } = await createMsp({ slug, name: `MSP ${slug}` }, testNow)
  const job = jobContext(mspId, 'test', testNow)
  return {
    mspId,
    slug,
    job,
    makeClient: (name = `Client ${randomUUID().slice(0, 8)}`) =>
      createClient(job, { name, timeZone: 'Europe/Berlin', siteName: 'Office' }),
    async makeMember(role, clients = 'all') {
      const email = `${randomUUID()}@example.com`
      const person = await ensurePerson({ name: `A ${role}`, email }, testNow)
      await addMember(lastWeek(mspId, testNow), { userId: person.id, name: person.name, email, role, clients })
      return { userId: person.id, email, ctx: await contextOf({ userId: person.id, provedAt: testNow }, slug, testNow) }
    },
  }
}
