/**
 * The closed set of what can go wrong for a reason a caller should know. Translated once per door.
 * Another tenant's object is `not-found`, never `forbidden`: a different answer would tell that it exists.
 */
export type DomainErrorCode =
  | 'not-found'
  | 'forbidden'
  /** They may, once they have proved again who they are. */
  | 'step-up'
  | 'invalid'
  | 'conflict'
  | 'not-allowed-now'
  | 'too-many'
  | 'unavailable'

export class DomainError extends Error {
  readonly code: DomainErrorCode
  constructor(code: DomainErrorCode, message: string) {
    super(message)
    this.name = 'DomainError'
    this.code = code
  }
}

export const notFound = (what: string) => new DomainError('not-found', `${what} was not found`)
/** The state of things refuses it; the message is the sentence a disabled button shows. */
export const notAllowedNow = (reason: string) => new DomainError('not-allowed-now', reason)
