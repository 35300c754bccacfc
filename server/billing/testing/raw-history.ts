/* What happened to the devices of a company, and what it owes for that by its plain words. Knows no table and shares no line with the product. */

/** One thing that happened to a device. */
export interface Fact {
  atMs: number
  device: number
  kind: 'enrolled' | 'seen' | 'retired' | 'moved'
  /** Where it is from then on; of the first and the last kind. */
  client?: string
}

const dayMs = 86_400_000
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)

/** Everything that happened, and when somebody looked at it. */
export class RawHistory {
  facts: Fact[] = []
  looks: number[] = []

  /** Where each device stood at a moment; one that is retired or not enrolled yet stands nowhere. */
  #standing(atMs: number) {
    const devices = new Map<number, { client: string; seenMs: number }>()
    for (const fact of this.facts) {
      if (fact.atMs > atMs) continue
      const known = devices.get(fact.device)
      if (fact.kind === 'enrolled') devices.set(fact.device, { client: fact.client ?? '', seenMs: fact.atMs })
      else if (fact.kind === 'retired') devices.delete(fact.device)
      else if (known && fact.kind === 'moved') known.client = fact.client ?? ''
      else if (known) known.seenMs = fact.atMs
    }
    return [...devices.values()]
  }

  /** Lines as `readLedger` has them: of each day the most enrolled and the most that count, for each client and for all. */
  ledger(): string[] {
    const peaks = new Map<string, [enrolled: number, counts: number]>()
    for (const atMs of this.looks) {
      const devices = this.#standing(atMs)
      for (const whose of ['all', ...new Set(devices.map(({ client }) => client))]) {
        const own = devices.filter(({ client }) => whose === 'all' || whose === client)
        const counting = own.filter(({ seenMs }) => seenMs >= atMs - 30 * dayMs)
        const key = `${dayOf(atMs)} ${whose}`
        const [enrolled, counts] = peaks.get(key) ?? [0, 0]
        peaks.set(key, [Math.max(enrolled, own.length), Math.max(counts, counting.length)])
      }
    }
    return [...peaks].map(([key, [enrolled, counts]]) => `${key} ${enrolled} ${counts}`).sort()
  }

  /** The devices that a month is paid for as far as its days until `lastDay` tell: a tenth of those that were looked at is thrown away, the busiest. */
  numberUntil(lastDay: string): number {
    const days = this.ledger()
      .map((line) => line.split(' '))
      .filter(([day = '', whose]) => whose === 'all' && day.startsWith(lastDay.slice(0, 7)) && day <= lastDay)
      .map(([, , , counts]) => Number(counts))
    const kept = days.sort((a, b) => a - b).slice(0, days.length - Math.trunc(days.length / 10))
    return kept.at(-1) ?? 0
  }
}

/** What so many devices cost, in cents: 25 are free, each further one is €1.20. */
export const centsOf = (devices: number): number => (devices > 25 ? (devices - 25) * 120 : 0)
