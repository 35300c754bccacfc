/** One figure of `npm run bench`, with what this machine can do at most beside it. */
export interface Measurement {
  name: string
  value: number
  unit: string
  /** The machine's own limit or a peer, measured in the same run. */
  limit?: number
  note: string
}
