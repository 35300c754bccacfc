import { stringify } from 'csv-stringify/sync'
import type { Context } from '../context.ts'
import type { CsvList, CsvQuery } from './list-table.ts'
import { maxCsvRows } from './schema.ts'

const byteOrderMark = '\uFEFF'

/**
 * A list as a stream of CSV (RFC 4180, UTF-8 with its mark, so that spreadsheets read it right). The first page is read before the answer
 * begins: a refusal is an answer of its own. `renew` gives the reader's context anew for each page; when their rights end, or anything else
 * fails, the stream breaks off with an error and never ends as if it were whole. Pages are read as fast as they are taken, not faster.
 */
export async function streamCsv(
  list: CsvList,
  query: CsvQuery,
  renew: () => Promise<Context>,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  let page = await list.readPage(await renew(), query, null)
  let written = 0
  let isFirst = true
  const take = (): string => {
    const rows = page.rows.slice(0, maxCsvRows - written)
    written += rows.length
    const isCut = written === maxCsvRows && (rows.length < page.rows.length || page.next !== null)
    const note = isCut ? [[`Cut off after ${maxCsvRows} rows: choose a filter to get the others.`]] : []
    const text = writeRows([...(isFirst ? [list.heads] : []), ...rows, ...note])
    const mark = isFirst ? byteOrderMark : ''
    isFirst = false
    return mark + text
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        controller.enqueue(encoder.encode(take()))
        if (page.next === null || written >= maxCsvRows) return controller.close()
        page = await list.readPage(await renew(), query, page.next)
      },
    },
    { highWaterMark: 1 },
  )
}

const writeRows = (rows: readonly (readonly string[])[]) =>
  stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows' },
  )
