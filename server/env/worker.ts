import { z } from 'zod'
import { mailSender, mailShape, port, postgresUrl, readEnv } from './read-env.ts'
import { stripeOf, stripeShape } from './stripe.ts'
import { temporalConnection, temporalShape } from './temporal.ts'

/** Environment of the worker: the only process that may know where the keys lie that sign orders and heads of the audit chain. */
export function workerEnv() {
  const env = readEnv('worker', {
    WORKER_DATABASE_URL: postgresUrl,
    ACROSS_DATABASE_URL: postgresUrl,
    ...temporalShape,
    ...stripeShape,
    ORDER_SIGNING_KEY_FILE: z.string().min(1),
    AUDIT_SIGNING_KEY_FILE: z.string().min(1),
    WORKER_HEALTH_PORT: port.default(0),
    WORKFLOW_BUNDLE: z.string().default('dist/workflows.cjs'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
    ...mailShape,
    DEVICE_CHECK_IN_MS: z.coerce.number().int().min(1_000).default(3_600_000),
  })
  return {
    tenantUrl: env.WORKER_DATABASE_URL,
    acrossUrl: env.ACROSS_DATABASE_URL,
    temporal: temporalConnection(env),
    temporalNamespace: env.TEMPORAL_NAMESPACE,
    signingKeyFile: env.ORDER_SIGNING_KEY_FILE,
    auditKeyFile: env.AUDIT_SIGNING_KEY_FILE,
    healthPort: env.WORKER_HEALTH_PORT,
    workflowBundle: env.WORKFLOW_BUNDLE,
    stripe: stripeOf('worker', env),
    /** Where the links of its mail lead. */
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    mailUrl: env.MAIL_URL,
    mailFrom: mailSender(env),
    checkInMs: env.DEVICE_CHECK_IN_MS,
  }
}
