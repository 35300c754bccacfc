import { identityTenants } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { directoryNames } from './rules.ts'
import { requireWhole } from './save-settings.ts'
import type { Directory } from './schema.ts'

/** Trusts a directory: members whose account there is linked may come in with it. It makes nobody a member. `conflict` when it is there. */
export function addDirectory(ctx: Context, input: Directory): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'person') throw new DomainError('forbidden', 'A person does this, signed in.')
  return perform(ctx, 'msp:save-settings', async (tx) => {
    requireWhole(ctx)
    const [added] = await tx
      .insert(identityTenants)
      .values({ mspId: ctx.mspId, ...input, addedAt: ctx.now, addedBy: actor.userId })
      .onConflictDoNothing()
      .returning({ tenant: identityTenants.tenant })
    if (!added) throw new DomainError('conflict', 'This directory is on the list already.')
    const name = `${directoryNames[input.provider].name}, ${input.tenant}`
    return {
      value: undefined,
      changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name }, details: { directory: 'added' } }],
    }
  })
}
