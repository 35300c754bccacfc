/**
 * How the agent's own sentences in `missing.trouble` begin. The service tells by them whose words follow and what they mean: a beginning
 * that is changed here leaves those of older agents untold.
 */
export const troubleBeginnings = {
  /** dpkg's journal shows it. */
  interrupted: 'dpkg was interrupted',
  /** `apt-get update` failed: what is known may be old. */
  listsUnread: 'The package lists could not be read again',
  /** apt did not simulate: nothing can go in as it is. */
  notWorkedOut: 'What is missing could not be worked out',
  /** The look ended before it saw anything. */
  notLooked: 'The device could not be looked at',
  /** The same, and nobody said why. */
  lookFailed: 'The look failed',
  /** A section that the door refused as it is. */
  notTaken: 'The service does not take',
} as const

/** So long that several fit into one trouble (4,000 characters, of which the end is kept) with their beginnings. */
const maxReasonLength = 1_500

/** One of the sentences above with the reason another program gave, of which the end counts. */
export function sayTrouble(beginning: string, reason: string): string {
  return `${beginning}: ${reason.slice(-maxReasonLength)}`
}
