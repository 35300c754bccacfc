// Node's codes of a connection, the driver's own, and the SQLSTATE classes: connection exception, operator intervention, no resources.
const lost = /^(CONNECT_|CONNECTION_|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|08|57P0|53)/

/** SQLSTATE or Node's code of an error; '' without one. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Has the database gone? The one answer of all doors. */
export function isLostConnection(error: unknown): boolean {
  return hasCause(error, (each) => lost.test(errorCode(each)) || isSocketGone(each))
}

/** Did the database give a statement up because it took too long? Nothing of its transaction has happened. */
export function isTooSlow(error: unknown): boolean {
  return hasCause(error, (each) => errorCode(each) === '57014')
}

/** PostgreSQL ended this one so that another could go on: nothing of it has happened. */
export function isDeadlock(error: unknown): boolean {
  return hasCause(error, (each) => errorCode(each) === '40P01')
}

/** Did it wait for a lock as long as `lock_timeout` lets it? Nothing since the last savepoint has happened. */
export function isLockTimeout(error: unknown): boolean {
  return hasCause(error, (each) => errorCode(each) === '55P03')
}

/** Another row has this already, by the unique key of that name. */
export function isTaken(error: unknown, key: string): boolean {
  return hasCause(
    error,
    (each) => errorCode(each) === '23505' && 'constraint_name' in each && each.constraint_name === key,
  )
}

/** The ORM wraps the driver's error: looks down the chain of causes. */
function hasCause(error: unknown, fits: (each: Error) => boolean): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if (fits(each)) return true
  return false
}

/** A server that is reached by a socket in the file system takes it away when it stops. Any other file that is missing is not the database. */
const isSocketGone = (error: Error) =>
  errorCode(error) === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'

/** Where PostgreSQL and its driver repeat the row that was refused, or the values that were sent: hashes and names among them. */
const repeating = ['detail', 'where', 'query', 'internal_query', 'parameters', 'args']

/**
 * What went wrong at the bottom, for the log. The errors around it repeat the query with its values, and PostgreSQL's own words the row:
 * no log should hold either, so what it repeats is taken off the error.
 */
export function rootCause(error: Error): Error {
  if (error.cause instanceof Error) return rootCause(error.cause)
  for (const name of repeating) Reflect.deleteProperty(error, name)
  return error
}
