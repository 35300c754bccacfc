/** Largest body of a mutation. */
export const maxBodyBytes = 1024 * 1024

export type Refusal = { status: 403 | 405 | 413 | 415; message: string }

/**
 * What a request must fulfil before its session counts. A mutation comes from our own pages: browsers say so in Sec-Fetch-Site, or,
 * over plain HTTP, in Origin; a request with neither is not from a page.
 */
export function checkRequest(method: string, headers: Headers): Refusal | null {
  if (method === 'GET') return null
  if (method !== 'POST') return { status: 405, message: 'Only GET and POST are understood here.' }
  if (!isSameOrigin(headers)) return { status: 403, message: 'This request did not come from a page of Patchward.' }
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return { status: 415, message: 'The body must be application/json.' }
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity')
    return { status: 415, message: 'The body must not be compressed.' }
  if (Number(headers.get('content-length') ?? 0) > maxBodyBytes) return tooLarge
  return null
}

export const tooLarge: Refusal = { status: 413, message: 'The body is larger than 1 MB.' }

function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  if (site) return site === 'same-origin'
  const origin = headers.get('origin')
  return origin !== null && URL.parse(origin)?.host === headers.get('host')
}

/** Reads a body of at most `maxBodyBytes`, whatever its headers said; null when it is larger. */
export async function readLimitedBody(
  body: ReadableStream<Uint8Array> | null,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
