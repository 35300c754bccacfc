import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'

/**
 * Ends orders whose last date went by while their devices stayed away; what was to be installed or taken back is ordered anew by the
 * dispatch. Answers of how many devices; more than none means that there may be more.
 */
export function endLateOrders(at: Date): Promise<number> {
  return acrossTenants('end of late orders', async (tx) => {
    const [row] = await tx.execute<{ devices: number }>(
      sql`select door.end_late_orders(${at.toISOString()}::timestamptz) as devices`,
    )
    return row?.devices ?? 0
  })
}
