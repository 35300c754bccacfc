import { connectorFor } from './connector.ts'

export interface DoorResponse {
  status: number
  body: Buffer
  retryAfterMs: number
}

const maxBodyBytes = 16 * 1024 * 1024

/** True for addresses of this machine: the only ones that plain http may go to. */
export function isLoopback(hostName: string): boolean {
  return hostName === 'localhost' || hostName === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostName)
}

/** Origin of a door. Throws a sentence for anything but https, or http on loopback. */
export function parseServer(text: string): string {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Error(`"${text}" is not a web address`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Error('plain http is refused except on loopback: give an https address')
  return url.origin
}

/** One POST with a JSON body. Throws when the door cannot be reached, is too slow, or answers too much. */
export function sendRequest(
  server: string,
  path: string,
  body: string,
  options: { headers?: Record<string, string>; timeoutMs: number; signal?: AbortSignal },
): Promise<DoorResponse> {
  const url = new URL(path, parseServer(server))
  const connector = connectorFor(url.protocol)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...options.headers,
  }
  return new Promise((resolve, reject) => {
    const request = connector.request(
      url,
      {
        method: 'POST',
        headers,
        agent: connector.agent,
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (response) => {
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          bytes += part.length
          parts.push(part)
          if (bytes > maxBodyBytes) request.destroy(new Error('the door answered too much'))
        })
        response.once('error', fail)
        response.once('end', () => {
          clearTimeout(timer)
          const retryAfter = Number(response.headers['retry-after'])
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts),
            retryAfterMs: Number.isFinite(retryAfter) ? Math.max(0, retryAfter) * 1_000 : 0,
          })
        })
      },
    )
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(
      () => request.destroy(new Error(`the door did not answer within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    )
    request.once('error', fail)
    request.end(body)
  })
}
