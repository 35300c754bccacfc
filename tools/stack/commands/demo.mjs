import { buildAll } from '../builds.mjs'
import { runStack } from './start-stack.mjs'

/** `npm run demo`: the whole product with a device lab, as a user would run it. */
export function run(_args, { signal }) {
  return runStack({ signal, wantsLab: true, build: buildAll, names: ['mail', 'worker', 'door', 'web'] })
}
