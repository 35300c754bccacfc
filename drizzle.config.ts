import { defineConfig } from 'drizzle-kit'

/** `npx drizzle-kit generate` only: `push` would drop the row-level security that drizzle does not know. */
export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './db/schema/auth.ts',
    './db/schema/tenancy.ts',
    './db/schema/devices.ts',
    './db/schema/device-standings.ts',
    './db/schema/patches.ts',
    './db/schema/due-dates.ts',
    './db/schema/exceptions.ts',
    './db/schema/consents.ts',
    './db/schema/policies.ts',
    './db/schema/rollouts.ts',
    './db/schema/feedbacks.ts',
    './db/schema/records.ts',
    './db/schema/reports.ts',
    './db/schema/report-deliveries.ts',
    './db/schema/billing.ts',
  ],
  out: './db/migrations',
  casing: 'snake_case',
})
