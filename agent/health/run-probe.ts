import { readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { messageOf } from '../log.ts'
import { readStartTicks } from '../state/process-identity.ts'
import type { Probe, ProbePort } from '../wire/order.ts'

const maxFileBytes = 1024 * 1024

/** Looks once. Answers why it failed, in words; '' = passed. Paths are inside the device's root; never throws. */
export async function runProbe(root: string, probe: Probe): Promise<string> {
  try {
    switch (probe.kind) {
      case 'process':
        return await lookForProcess(join(root, '/', probe.pidFile))
      case 'tcp':
        return await connectOnce(await readPort(root, probe.port), probe.timeoutMs)
      case 'http':
        return await getOnce(await readPort(root, probe.port), probe.path, probe.expectStatus, probe.timeoutMs)
      case 'file':
        return await lookIntoFile(join(root, '/', probe.path), probe.contains)
    }
  } catch (error) {
    return messageOf(error)
  }
}

async function lookForProcess(pidFile: string): Promise<string> {
  const text = (await readFile(pidFile, 'utf8')).trim()
  if (!/^\d{1,10}$/.test(text)) return `${pidFile} does not hold a process id`
  return readStartTicks(Number(text)) === null ? `process ${text} is not running` : ''
}

async function readPort(root: string, port: ProbePort): Promise<number> {
  if (typeof port === 'number') return port
  const value = Number((await readFile(join(root, '/', port.portFile), 'utf8')).trim())
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new Error(`${port.portFile} does not hold a port`)
  return value
}

function connectOnce(port: number, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (answer: string) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(timeoutMs, () => finish(`port ${port} did not answer within ${timeoutMs} ms`))
    socket.once('connect', () => finish(''))
    socket.once('error', (error) => finish(`port ${port}: ${error.message}`))
  })
}

function getOnce(port: number, path: string, expectStatus: number, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    // By name, as in `door/connector.ts`: an import would load undici.
    const { get } = process.getBuiltinModule('node:http')
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume()
      clearTimeout(timer)
      request.destroy()
      resolve(response.statusCode === expectStatus ? '' : `answered ${response.statusCode}, not ${expectStatus}`)
    })
    // The whole exchange is limited: a server that drips bytes is not healthy.
    const timer = setTimeout(() => {
      resolve(`port ${port} did not answer within ${timeoutMs} ms`)
      request.destroy()
    }, timeoutMs)
    request.once('error', (error) => {
      clearTimeout(timer)
      resolve(`port ${port}: ${error.message}`)
    })
  })
}

async function lookIntoFile(path: string, contains: string | undefined): Promise<string> {
  const { size } = await stat(path)
  if (contains === undefined) return ''
  if (size > maxFileBytes) return `${path} is too large to look into`
  return (await readFile(path, 'utf8')).includes(contains) ? '' : `${path} does not contain the expected text`
}
