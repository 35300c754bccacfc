import { isMainThread } from 'node:worker_threads'

/*
 * Loaded into a process before anything else (`node --import`): its clock stands where whoever started it says, at first by CLOCK_AHEAD_MS,
 * then by messages, each answered once the clock stands there. Timers run on as they are.
 */

let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0)
const realNow = Date.now.bind(Date)
const movedNow = () => realNow() + aheadMs

const moved: DateConstructor = new Proxy(Date, {
  construct: (target, given, caller) =>
    Reflect.construct(target, given.length === 0 ? [movedNow()] : given, caller === moved ? target : caller),
  apply: () => new moved().toString(),
  get: (target, name) => (name === 'now' ? movedNow : Reflect.get(target, name)),
})
Object.defineProperty(Date.prototype, 'constructor', { value: moved, writable: true, configurable: true })
globalThis.Date = moved

if (isMainThread && process.send) {
  process.on('message', (message) => {
    if (typeof message !== 'number') return
    aheadMs = message
    process.send?.(message)
  })
  // It ends with whoever started it, and does not live on for the sake of these messages.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
