import type { Page } from '@playwright/test'
import superjson from 'superjson'

/** A procedure and what it is given. */
export type Call = readonly [name: string, input: object]
export interface Answer {
  name: string
  status: number
}

/** As many as the door takes in one request. */
const batchSize = 20

/** Calls queries as the page's own scripts would, in batches, with the session of the person who is signed in there. */
export function askAll(page: Page, msp: string, calls: readonly Call[]): Promise<Answer[]> {
  return inBatches(calls, async (address, inputs) => {
    const answer = await page.request.get(
      `/api/m/${msp}/trpc/${address}&input=${encodeURIComponent(JSON.stringify(inputs))}`,
    )
    return answer.json()
  })
}

/** The same for what changes something: POSTs that say they come from our own pages. */
export function orderAll(page: Page, msp: string, calls: readonly Call[]): Promise<Answer[]> {
  const { origin } = new URL(page.url())
  const headers = { origin, 'content-type': 'application/json' }
  return inBatches(calls, async (address, inputs) => {
    const answer = await page.request.post(`/api/m/${msp}/trpc/${address}`, { headers, data: inputs })
    return answer.json()
  })
}

type Reply = { error?: { json: { data: { httpStatus: number } } } }

async function inBatches(
  calls: readonly Call[],
  send: (address: string, inputs: object) => Promise<Reply[]>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < calls.length; start += batchSize) {
    const batch = calls.slice(start, start + batchSize)
    const names = batch.map(([name]) => name)
    const inputs = Object.fromEntries(batch.map(([, input], place) => [place, superjson.serialize(input)]))
    const replies = await send(`${names.join(',')}?batch=1`, inputs)
    answers.push(
      ...replies.map(({ error }, place) => ({ name: names[place] ?? '', status: error?.json.data.httpStatus ?? 200 })),
    )
  }
  return answers
}
