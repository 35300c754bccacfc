import { ensureCompany } from './company.ts'
import { northfold } from './demo.ts'

/** One MSP and its owner, nothing else: what somebody sees who begins. */
export async function seedEmpty(now: Date): Promise<void> {
  await ensureCompany(northfold, now)
}
