import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { build } from '../builds.mjs'
import { checkout } from '../paths.mjs'
import { say } from '../progress.mjs'
import { runStack } from './start-stack.mjs'

const workerSources = ['workflows', 'server', 'db', 'agent/wire']
const settleMs = 300

async function buildForDev(options) {
  await build('agent', options)
  await build('workflows', options)
}

/** Builds the workflows anew and restarts the worker when something it runs has changed. */
function reloadWorker(stack, signal) {
  let timer
  const reload = async () => {
    try {
      await build('workflows', { node: stack.node, env: stack.envs.build })
      await stack.supervisor.restart('worker')
    } catch (error) {
      say(`! ${error.message}`)
    }
  }
  for (const folder of workerSources.map((name) => join(checkout, name)).filter(existsSync)) {
    const watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (!/\.ts$/.test(name ?? '') || /\.test\.ts$/.test(name)) return
      clearTimeout(timer)
      timer = setTimeout(reload, settleMs)
    })
    // A recursive watcher keeps the process alive even when it is unref'd.
    signal.addEventListener('abort', () => watcher.close(), { once: true })
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}

/** `npm run dev`: the same stack with reload, without the lab. */
export function run(_args, { signal }) {
  const names = ['mail', 'worker', 'door', 'web']
  const afterReady = (stack) => reloadWorker(stack, signal)
  return runStack({ signal, wantsLab: false, build: buildForDev, names, isDev: true, afterReady })
}
