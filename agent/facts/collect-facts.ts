import { createHash } from 'node:crypto'
import { readlinkSync, statfsSync } from 'node:fs'
import { arch, hostname, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { ownTimeZone } from '../config.ts'
import { cleanLine } from '../orders/clean-text.ts'
import { readTextIfThere } from '../state/durable-file.ts'
import { agentVersion } from '../version.ts'
import type { DeviceFacts } from '../wire/door.ts'
import { findReboot } from './find-reboot.ts'

/** Free space is told in these steps: a log line more is not news. */
const diskStepBytes = 256 * 1024 * 1024

/** What the device is. `root` '' = the machine itself; a private root has its own name and identity. */
export function collectFacts(about: { root: string; hostName: string | null; architecture?: string }): DeviceFacts {
  const { root } = about
  const osRelease = readRelease(root)
  const disk = statfsSync(root || '/')
  const reasons = findReboot(root)
  return {
    hostName: cleanLine(about.hostName ?? hostname(), 253),
    osName: cleanLine(osRelease.get('NAME') ?? 'Linux', 200),
    osVersion: cleanLine(osRelease.get('VERSION_ID') ?? osRelease.get('PRETTY_NAME') ?? '', 200),
    kernel: cleanLine(release(), 200),
    architecture: about.architecture ?? (arch() === 'x64' ? 'amd64' : arch()),
    timeZone: findTimeZone(),
    machineId: readMachineId(root),
    bootId: readBootId(),
    bootedAt: readBootTime(),
    memoryBytes: totalmem(),
    diskFreeBytes: Math.floor((disk.bavail * disk.bsize) / diskStepBytes) * diskStepBytes,
    diskTotalBytes: disk.blocks * disk.bsize,
    isRebootPending: reasons.length > 0,
    rebootReasons: reasons.map((reason) => cleanLine(reason, 200)),
    agentVersion,
    managers: ['apt'],
  }
}

export function readBootId(): string {
  return (readTextIfThere('/proc/sys/kernel/random/boot_id') ?? 'unknown').trim()
}

function readBootTime(): string {
  const seconds = Number(/^btime (\d+)$/m.exec(readTextIfThere('/proc/stat') ?? '')?.[1] ?? 0)
  return new Date(seconds * 1_000).toISOString()
}

/** IANA zone of the device. Asking Intl would keep its tables in memory for good. */
function findTimeZone(): string {
  if (ownTimeZone !== null) return cleanLine(ownTimeZone, 100)
  try {
    const zone = /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1]
    if (zone) return cleanLine(zone, 100)
  } catch {
    // Not a link: the other file says it.
  }
  return cleanLine(readTextIfThere('/etc/timezone')?.trim() || 'UTC', 100)
}

function readMachineId(root: string): string {
  const own = readTextIfThere(join(root || '/', 'etc/machine-id'))?.trim()
  if (own) return cleanLine(own, 100)
  // A private root without one: its place tells it from others on the same machine.
  return createHash('sha256').update(`${hostname()} ${root}`).digest('hex').slice(0, 32)
}

function readRelease(root: string): Map<string, string> {
  const text = readTextIfThere(join(root || '/', 'etc/os-release')) ?? readTextIfThere('/etc/os-release') ?? ''
  const fields = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/^([A-Z_]+)=(.*)$/gm))
    if (name) fields.set(name, (value ?? '').replace(/^"(.*)"$/, '$1'))
  return fields
}
