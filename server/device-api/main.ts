import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { deviceApiEnv } from '../env/device-api.ts'
import { listenForOrders, openDoorPool } from '../ingest.ts'
import { buildServer } from './server.ts'

/** The device door's process. Stops on SIGTERM and SIGINT: no new connection, held polls answered, then the pool. */
const env = deviceApiEnv()
const logger = pino({
  level: env.logLevel,
  base: { process: 'device-api' },
  redact: ['*.authorization', '*.token', '*.headers'],
})
openDoorPool(env.databaseUrl, env.databaseConnections)
const { server, door } = buildServer({
  sessionSecret: env.sessionSecret,
  publicUrl: env.publicUrl,
  checkInMs: env.checkInMs,
  databaseConnections: env.databaseConnections,
  agentBundleFile: fileURLToPath(new URL('../../dist/agent/patchward-agent.mjs', import.meta.url)),
  logger,
  trustedProxies: env.trustedProxies,
})

let isStopping = false
async function stop(signal: string): Promise<void> {
  if (isStopping) return
  isStopping = true
  logger.info({ signal }, 'device door stops')
  await server.close()
  logger.info('device door stopped')
}
process.on('SIGTERM', (signal) => void stop(signal))
process.on('SIGINT', (signal) => void stop(signal))

const address = await server.listen({ host: env.host, port: env.port })
logger.info({ address }, 'device door listens')

/** Without the database the door starts all the same and answers 503; it listens for orders as soon as it can. */
async function listen(): Promise<void> {
  try {
    await listenForOrders(door.polls.wake)
  } catch (error) {
    logger.warn({ err: error }, 'cannot listen for orders yet: waiting devices are looked at every few seconds')
    if (!isStopping) setTimeout(listen, 5_000).unref()
  }
}
await listen()
