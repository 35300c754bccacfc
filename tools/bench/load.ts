import { connect } from 'node:net'

export interface LoadResult {
  perSecond: number
  p99Ms: number
  statuses: Record<string, number>
}

/**
 * Keeps `connections` keep-alive connections busy for `durationMs`, one request at a time each. `makeRequest(connection)` gives the raw
 * bytes of the next request. A raw socket client: fetch would be most of the load on this machine.
 */
export async function runLoad(
  port: number,
  {
    connections,
    durationMs,
    makeRequest,
  }: { connections: number; durationMs: number; makeRequest: (connection: number) => string },
): Promise<LoadResult> {
  const statuses: Record<string, number> = {}
  const tookMs: number[] = []
  const began = performance.now()
  const end = began + durationMs
  await Promise.all(
    Array.from({ length: connections }, (_, connection) =>
      keepBusy(
        port,
        end,
        () => makeRequest(connection),
        (status, ms) => {
          statuses[status] = (statuses[status] ?? 0) + 1
          tookMs.push(ms)
        },
      ),
    ),
  )
  const seconds = (performance.now() - began) / 1000
  tookMs.sort((a, b) => a - b)
  return { perSecond: tookMs.length / seconds, p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? 0, statuses }
}

function keepBusy(
  port: number,
  end: number,
  next: () => string,
  done: (status: string, ms: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0
    let text = ''
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const send = () => {
      sentAt = performance.now()
      socket.write(next())
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? Number.NaN)
      // A chunked answer ends with an empty chunk.
      const isWhole = Number.isNaN(length) ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + length
      if (!isWhole) return
      const now = performance.now()
      done(text.slice(9, 12), now - sentAt)
      text = ''
      if (now < end) send()
      else socket.end()
    })
  })
}
