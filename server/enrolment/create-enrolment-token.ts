import { and, eq } from 'drizzle-orm'
import { rootFingerprint } from '../../agent/wire/envelope.ts'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { sites } from '../../db/schema/tenancy.ts'
import { perform, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notAllowedNow, notFound } from '../errors.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { findNewestRoot } from '../signing-roots/find-root.ts'
import type { CreateEnrolmentToken } from './schema.ts'

export interface CreatedToken {
  tokenId: string
  /** `<secret>.<fingerprint of the signing keys>`: shown once, stored nowhere. */
  token: string
  expiresAt: Date
}

/**
 * A token that enrols `uses` devices at one site. It carries the fingerprint of the keys that sign orders now, so that a device does
 * not have to believe the door about them; after a rotation they lead to the newer ones. `unavailable` while no worker has published its key.
 */
export function createEnrolmentToken(ctx: Context, input: CreateEnrolmentToken): Promise<CreatedToken> {
  return perform(ctx, 'enrolment:create-token', async (tx) => {
    const client = await getClientRow(tx, input.clientId)
    if (client.archivedAt) throw notAllowedNow(`${client.name} is archived: no device can be added there.`)
    const [site] = await tx
      .select()
      .from(sites)
      .where(and(eq(sites.clientId, client.id), eq(sites.id, input.siteId)))
    if (!site) throw notFound('This site')
    const fingerprint = await fingerprintOfSigningKeys(tx)
    const secret = newToken()
    const expiresAt = new Date(ctx.now.getTime() + input.validForMs)
    const [stored] = await tx
      .insert(enrolmentTokens)
      .values({
        mspId: ctx.mspId,
        clientId: client.id,
        siteId: site.id,
        tokenHash: hashToken(secret),
        usesLeft: input.uses,
        expiresAt,
        createdAt: ctx.now,
        createdBy: actorName(ctx.actor),
        tags: input.tags,
      })
      .returning({ id: enrolmentTokens.id })
    if (!stored) throw new Error('the token was not stored')
    return {
      value: { tokenId: stored.id, token: `${secret}.${fingerprint}`, expiresAt },
      changes: [
        {
          clientId: client.id,
          subject: { kind: 'enrolment', id: stored.id, name: `Enrolment token for ${client.name}, ${site.name}` },
          details: {
            uses: input.uses,
            expiresAt: expiresAt.toISOString(),
            ...(input.tags.length > 0 ? { tags: input.tags } : {}),
          },
        },
      ],
    }
  })
}

async function fingerprintOfSigningKeys(tx: Tx): Promise<string> {
  const root = await findNewestRoot(tx)
  if (!root)
    throw new DomainError('unavailable', 'The worker has not published its signing key yet. Start it, then try again.')
  return rootFingerprint(root)
}
