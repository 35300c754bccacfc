import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()
const userPresent = 0x01
const userVerified = 0x04
const hasCredential = 0x40

/** As much CBOR as an attestation needs. */
function head(kind: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(kind << 5) | count])
  return count < 256 ? Buffer.from([(kind << 5) | 24, count]) : Buffer.from([(kind << 5) | 25, count >> 8, count & 255])
}
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value])
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const map = (entries: readonly (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([head(5, entries.length), ...entries.flat()])

export interface CeremonyOptions {
  challenge: string
  rpId: string
  origin: string
}

/** A passkey made of node:crypto: what a browser answers, and each way to answer wrongly. */
export class TestPasskey {
  readonly credentialId = randomBytes(24)
  counter = 0
  isVerifying = true
  userHandle = ''
  readonly key: KeyObject
  private readonly cose: Buffer

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.key = privateKey
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.cose = map([
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), bytes(Buffer.from(x, 'base64url'))],
      [integer(-3), bytes(Buffer.from(y, 'base64url'))],
    ])
  }

  private authenticatorData(rpId: string, withKey: boolean): Buffer {
    const flags = userPresent | (this.isVerifying ? userVerified : 0) | (withKey ? hasCredential : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    const length = Buffer.from([0, this.credentialId.length])
    const credential = withKey ? [Buffer.alloc(16), length, this.credentialId, this.cose] : []
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, ...credential])
  }

  private clientData(type: string, { challenge, origin }: CeremonyOptions): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  private get credential() {
    const id = this.credentialId.toString('base64url')
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} }
  }

  register(options: CeremonyOptions) {
    const attestation = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(this.authenticatorData(options.rpId, true))],
    ])
    const clientDataJSON = this.clientData('webauthn.create', options).toString('base64url')
    const response = { clientDataJSON, attestationObject: attestation.toString('base64url'), transports: ['internal'] }
    return { ...this.credential, response }
  }

  answer(options: CeremonyOptions) {
    const clientData = this.clientData('webauthn.get', options)
    const data = this.authenticatorData(options.rpId, false)
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.key)
    const response = {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: Buffer.from(this.userHandle).toString('base64url') || undefined,
    }
    return { ...this.credential, response }
  }
}
