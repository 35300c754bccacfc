import { setTimeout as delay } from 'node:timers/promises'
import { groupMembers, isSameProcess } from './process-identity.mjs'

/** How long each part may take to stop by itself. The lab's is long: a dpkg may be running, and it is never killed early. */
export const stopLimitsMs = {
  lab: 180_000,
  web: 10_000,
  door: 15_000,
  worker: 30_000,
  mail: 5_000,
  temporal: 15_000,
  postgres: 30_000,
}

/** The order of stopping: who uses something ends before it. */
export const stopOrder = ['lab', 'web', 'door', 'worker', 'mail', 'temporal', 'postgres']

function send(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone between the look and the signal.
  }
}

async function isEmptyWithin(members, limitMs) {
  const until = Date.now() + limitMs
  while (members().length > 0) {
    if (Date.now() > until) return false
    await delay(50)
  }
  return true
}

/**
 * Ends a recorded process and its group: SIGTERM (or `signal`) to the process, time to finish, SIGTERM to what it
 * left behind, SIGKILL last. Does nothing when pid and start time no longer match the record.
 * @returns {Promise<'gone' | 'stopped' | 'killed'>}
 */
export async function stopProcess(record, { limitMs = 10_000, signal = 'SIGTERM' } = {}) {
  if (!isSameProcess(record)) return 'gone'
  const self = () => (isSameProcess(record) ? [record.pid] : [])
  // Detached children lead their own group, so the group's number is the pid.
  const group = () => groupMembers(record.pid)
  send(record.pid, signal)
  if (await isEmptyWithin(self, limitMs)) {
    if (await isEmptyWithin(group, 200)) return 'stopped'
    for (const pid of group()) send(pid, 'SIGTERM')
    if (await isEmptyWithin(group, limitMs)) return 'stopped'
  }
  for (const pid of [...self(), ...group()]) send(pid, 'SIGKILL')
  await isEmptyWithin(group, 5_000)
  return 'killed'
}
