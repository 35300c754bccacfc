/**
 * The form of a rule pack: what somebody asks of whoever keeps machines patched, as data. A change of a pack is a new version in its file; the
 * one before stays, because clients are held to the version that was chosen for them. Pure, free of Zod.
 */

/** What a rule may look at. Another fact of a patch (known to be exploited) or of a device (exposed) becomes one more name here and in `When`. */
export interface Inputs {
  /** The catalogue's words: the strictest that any device said. */
  classification: string
  severity: string
}

/** For each input that it names, the words that fit; what it leaves out may be anything. */
export type When = { readonly [K in keyof Inputs]?: readonly Inputs[K][] }

/** Hours are exact; days and months keep the time of day in the client's zone, and a month ends where it has no such day. */
export type Within = { readonly hours: number } | { readonly days: number } | { readonly months: number }

export interface PackRule {
  when: When
  within: Within
  /** For people who choose the pack. */
  sentence: string
}

export interface RulePack {
  id: string
  version: string
  /** As it stands in a sentence: "Cyber Essentials asks 14 days from release". */
  title: string
  source: { document: string; section: string; date: string }
  /** Where its clock starts, in the words of the source: "counted from …". */
  clockStart: string
  /** What it asks about and Patchward does not know yet, and how that is read; null = it knows all. */
  unknown: string | null
  /** Read from the top; the first that fits decides. */
  rules: readonly PackRule[]
}
