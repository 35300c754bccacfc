/** What secrets at rest are sealed with. The first key seals; the others only open what was sealed before a rotation. */
export interface KeyRing {
  current: string
  keys: ReadonlyMap<string, Buffer>
}

// Next bundles server code more than once; the ring of a process lies where every copy finds it.
const shared = globalThis as { patchwardKeyRing?: KeyRing }

/**
 * Reads `<keyId>:<base64 of 32 bytes>,…`, the current key first. Throws a sentence that never repeats a key.
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = new Map<string, Buffer>()
  for (const [place, entry] of text.split(',').entries()) {
    const [, keyId, encoded] = /^\s*([a-z0-9][a-z0-9-]{0,31}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(entry) ?? []
    if (!keyId || !encoded) throw new Error(`key ${place + 1} is not <keyId>:<base64>`)
    const key = Buffer.from(encoded, 'base64')
    if (key.length !== 32) throw new Error(`key ${keyId} has ${key.length} bytes, not 32`)
    if (keys.has(keyId)) throw new Error(`key ${keyId} is there twice`)
    keys.set(keyId, key)
  }
  const [current] = keys.keys()
  if (!current) throw new Error('there is no key')
  return { current, keys }
}

/** Called once, by the process entry. */
export function setKeyRing(ring: KeyRing): void {
  shared.patchwardKeyRing = ring
}

/** Throws where the process was given no keys. */
export function keyRing(): KeyRing {
  if (!shared.patchwardKeyRing) throw new Error('this process has no keys for secrets')
  return shared.patchwardKeyRing
}
