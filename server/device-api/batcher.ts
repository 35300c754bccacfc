import { DatabaseUnavailable } from '../ingest.ts'

export interface BatcherOptions<Item, Answer> {
  /** Items with the same key never stand in one batch, nor in two at the same time: the later one waits. */
  keyOf: (item: Item) => string
  /** Answers by key; runs after commit. */
  run: (items: Item[]) => Promise<Map<string, Answer>>
  maxItems: number
  /** Batches that may be under way at the same time; at most two pay off. */
  parallel?: number
  /** Weight of an item, and how much of it one batch may hold (bytes, for large bodies). */
  weightOf?: (item: Item) => number
  maxWeight?: number
}

interface Waiting<Item, Answer> {
  item: Item
  key: string
  resolve: (answer: Answer | undefined) => void
  reject: (error: unknown) => void
}

/**
 * Gathers single requests into set-based calls: a batch starts as soon as fewer than `parallel` are under way, not on a timer.
 * The returned function answers `undefined` when `run` named no answer for the key.
 */
export function createBatcher<Item, Answer>(
  options: BatcherOptions<Item, Answer>,
): (item: Item) => Promise<Answer | undefined> {
  const { parallel = 2, maxItems, weightOf = () => 1, maxWeight = Number.POSITIVE_INFINITY } = options
  let queue: Waiting<Item, Answer>[] = []
  const busy = new Set<string>()
  let underWay = 0
  let isPlanned = false

  function plan() {
    if (isPlanned || queue.length === 0 || underWay >= parallel) return
    isPlanned = true
    setImmediate(() => {
      isPlanned = false
      flush()
    })
  }

  function flush() {
    if (underWay >= parallel) return
    const batch = takeBatch()
    if (batch.length === 0) return
    underWay += 1
    void settle(batch).finally(() => {
      underWay -= 1
      for (const { key } of batch) busy.delete(key)
      plan()
    })
    plan()
  }

  function takeBatch(): Waiting<Item, Answer>[] {
    const batch: Waiting<Item, Answer>[] = []
    const rest: Waiting<Item, Answer>[] = []
    let weight = 0
    for (const waiting of queue) {
      const isFull = batch.length >= maxItems || (batch.length > 0 && weight + weightOf(waiting.item) > maxWeight)
      if (isFull || busy.has(waiting.key)) {
        rest.push(waiting)
        continue
      }
      busy.add(waiting.key)
      weight += weightOf(waiting.item)
      batch.push(waiting)
    }
    queue = rest
    // Always the same order of row locks.
    return batch.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** A batch that fails for what one item holds is halved, so that one device cannot spoil the others' requests. */
  async function settle(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await options.run(batch.map(({ item }) => item))
      for (const { key, resolve } of batch) resolve(answers.get(key))
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseUnavailable) {
        for (const { reject } of batch) reject(error)
        return
      }
      const middle = Math.ceil(batch.length / 2)
      await settle(batch.slice(0, middle))
      await settle(batch.slice(middle))
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, key: options.keyOf(item), resolve, reject })
      plan()
    })
}
