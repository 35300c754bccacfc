import { join, resolve } from 'node:path'

/** The repository: the sign-in link is minted from here. */
export const checkout = resolve(import.meta.dirname, '../..')

/** What the launcher passes to the journeys. */
export function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys with "npm test -- e2e"`)
  return value
}

/** The running stack, as the launcher describes it in the environment. */
export const stack = {
  /** Where devices reach the door. */
  deviceUrl: required('E2E_DEVICE_URL'),
  /** The worker's own key: only tests, which forge orders, read it beside the worker. */
  signingKeyFile: join(required('E2E_STATE'), 'order-signing-key.pem'),
  labControlFile: join(required('E2E_STATE'), 'lab', 'control.json'),
  workerDatabaseUrl: required('WORKER_DATABASE_URL'),
  acrossDatabaseUrl: required('ACROSS_DATABASE_URL'),
}
