import { sealRecords } from '../../server/audit/seal-records.ts'
import type { AuditSigner } from '../../server/audit/sign-head.ts'
import { signHeads } from '../../server/audit/sign-heads.ts'
import type { Sweep } from './run-sweep.ts'

/** Seals the audit log a second later; once the UTC day has changed, and at the start, signs the heads of the days that are over. */
export function createAuditSweep(signer: AuditSigner, now: () => Date = () => new Date()): Sweep {
  let signedOn = ''
  return {
    name: 'audit chain',
    intervalMs: 1_000,
    run: async () => {
      const at = now()
      const sealed = await sealRecords(at)
      const today = at.toISOString().slice(0, 10)
      if (today !== signedOn) await signHeads(at, signer)
      signedOn = today
      return sealed
    },
  }
}
