import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inArray } from 'drizzle-orm'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { read } from '../../server/access.ts'
import { getClientPage } from '../../server/clients/get-client-page.ts'
import type { Context } from '../../server/context.ts'
import { createEnrolmentToken } from '../../server/enrolment/create-enrolment-token.ts'
import { tokenState } from '../../server/enrolment/rules.ts'
import { DomainError } from '../../server/errors.ts'
import { hashToken } from '../../server/secrets/secret-token.ts'
import { type LabPlan, readLabPlan } from '../lab/plan.ts'

const keyLimitMs = 20_000
const dayMs = 24 * 3_600_000

interface PlannedDevice {
  name: string
  clientId: string
  /** Given with its token. */
  tags: string[]
}

/**
 * Writes who the lab's devices are and the token each one enrols with. Tokens of an earlier plan that still work, or that a device
 * has enrolled with, stay; a plan that needs no new token is not written again.
 */
export async function writeLabPlan(
  ctx: Context,
  input: { deviceUrl: string; file: string; devices: PlannedDevice[] },
): Promise<void> {
  const former = await readLabPlan(input.file).catch(() => null)
  const kept = former ? await keepGoodTokens(ctx, former) : new Map<string, string>()
  if (input.devices.every(({ name }) => kept.has(name)) && former?.devices.length === input.devices.length) return
  const devices: LabPlan['devices'] = []
  for (const { name, clientId, tags } of input.devices)
    devices.push({ name, token: kept.get(name) ?? (await mintToken(ctx, clientId, tags)) })
  const plan: LabPlan = { deviceUrl: input.deviceUrl, devices }
  await mkdir(dirname(input.file), { recursive: true })
  // It holds tokens, and the lab never reads half of it.
  await writeFile(`${input.file}.new`, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 })
  await rename(`${input.file}.new`, input.file)
}

/** The former plan's tokens that this database knows and that are used up or still good, by device. */
async function keepGoodTokens(ctx: Context, former: LabPlan): Promise<Map<string, string>> {
  const hashOf = (token: string) => hashToken(token.split('.')[0] ?? '')
  const hashes = former.devices.map((device) => hashOf(device.token))
  const rows = await read(ctx, 'enrolment:read', (tx) =>
    tx.select().from(enrolmentTokens).where(inArray(enrolmentTokens.tokenHash, hashes)),
  )
  const isGood = (row: (typeof rows)[number]) => row.usesLeft < 1 || tokenState(row, ctx.now) === 'usable'
  const good = new Set(rows.filter(isGood).map((row) => row.tokenHash))
  return new Map(
    former.devices.filter(({ token }) => good.has(hashOf(token))).map((device) => [device.name, device.token]),
  )
}

/** A token for one device at the client's only site. The worker publishes its key soon after its start, so that is waited for. */
async function mintToken(ctx: Context, clientId: string, tags: string[]): Promise<string> {
  const { sites } = await getClientPage(ctx, { clientId })
  const siteId = sites[0]?.id
  if (!siteId) throw new Error('this client has no site to enrol at')
  for (const end = Date.now() + keyLimitMs; ; await wait(250)) {
    try {
      return (await createEnrolmentToken(ctx, { clientId, siteId, tags, uses: 1, validForMs: dayMs })).token
    } catch (error) {
      const isEarly = error instanceof DomainError && error.code === 'unavailable'
      if (!isEarly || Date.now() > end) throw error
    }
  }
}
