// The service of a lab device: `node service.mjs <apt root>`. A plain socket instead of node:http saves 13 MB a process.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const root = process.argv[2] ?? ''
const runFolder = `${root}/run/lab-svc`
// Written by our own package; what is wrong with it shows as a service that does not start.
const behaviour = JSON.parse(readFileSync(`${root}/usr/lib/lab-svc/service.json`, 'utf8')) as {
  version: string
  stopsAfterAnswers?: number
  stopsNotBeforeMs?: number
}
const startedMs = performance.now()
let goodAnswers = 0

function answer(socket: Socket, firstLine: string): void {
  const isHealth = firstLine.startsWith('GET /health')
  const body = JSON.stringify(isHealth ? { version: behaviour.version } : { error: 'not found' })
  const head = [
    `HTTP/1.1 ${isHealth ? '200 OK' : '404 Not Found'}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  if (isHealth) stopWhenWornOut()
}

// The fault of a bad version: all is well for the first probes, then the process is gone.
function stopWhenWornOut(): void {
  goodAnswers += 1
  if (behaviour.stopsAfterAnswers === undefined || goodAnswers !== behaviour.stopsAfterAnswers) return
  const restMs = (behaviour.stopsNotBeforeMs ?? 0) - (performance.now() - startedMs)
  // The last good answer still has to leave.
  setTimeout(() => process.exit(1), Math.max(100, restMs))
}

function note(name: string, text: string): void {
  writeFileSync(`${runFolder}/${name}.new`, `${text}\n`)
  renameSync(`${runFolder}/${name}.new`, `${runFolder}/${name}`)
}

function lastPort(): number {
  try {
    return Number(readFileSync(`${runFolder}/port`, 'utf8')) || 0
  } catch {
    return 0
  }
}

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(5000, () => socket.destroy())
  socket.once('data', (data) => answer(socket, data.toString('latin1')))
})
server.on('listening', () => {
  const address = server.address()
  note('port', String(typeof address === 'object' && address ? address.port : ''))
  note('pid', String(process.pid))
  note('version', behaviour.version)
})
// The port of the last start may be taken meanwhile: any other will do, the port file tells which.
server.once('error', () => server.listen(0, '127.0.0.1'))
process.on('SIGTERM', () => process.exit(0))
server.listen(lastPort(), '127.0.0.1')
