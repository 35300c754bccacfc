import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { archiveClient } from './archive-client.ts'
import { seeArchived, withArchived } from './see-archived.ts'

let world: PatchWorld
let owner: Context
beforeAll(async () => {
  world = await startPatchWorld()
  owner = world.person('owner')
  await archiveClient(owner, { clientId: world.cedar.clientId, reason: '', abortRollouts: 0 })
})
afterAll(() => world.stop())

const count = (tx: Tx) => tx.$count(clients)
const fail = () => Promise.reject(notFound('This client'))

test('archived clients are in sight for the work alone, also when it refuses', () =>
  read(owner, 'client:read', async (tx) => {
    expect(await withArchived(tx, () => count(tx))).toBe(3)
    expect(await count(tx)).toBe(2)
    await expect(withArchived(tx, fail)).rejects.toMatchObject({ code: 'not-found' })
    expect(await count(tx)).toBe(2)
  }))

test('a verb about archived clients goes on seeing them after work within it', () =>
  read(owner, 'client:read', async (tx) => {
    await seeArchived(tx)
    await withArchived(tx, fail).catch(() => undefined)
    expect(await count(tx)).toBe(3)
  }))

test('what PostgreSQL said is what is heard', async () => {
  const work = read(owner, 'client:read', (tx) => withArchived(tx, () => tx.execute(sql`select 1 / 0`)))
  await expect(work).rejects.toMatchObject({ cause: { code: '22012' } })
})
