/** A part of the devices and what each of them costs a month, in the smallest unit of the currency. */
export interface Tier {
  /** The last device of it; null = all others. */
  upTo: number | null
  cents: number
}
export interface Price {
  /** ISO 4217. */
  currency: string
  /** In order; only the last has no end. */
  tiers: readonly Tier[]
}

/** What Patchward costs: the one place that says so. */
export const price: Price = {
  currency: 'EUR',
  tiers: [
    { upTo: 25, cents: 0 },
    { upTo: null, cents: 120 },
  ],
}
