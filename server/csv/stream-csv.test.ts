import { expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { listTable } from './list-table.ts'
import { maxCsvRows } from './schema.ts'
import { streamCsv } from './stream-csv.ts'

// Passed through to the query only.
const ctx = {} as Context
const columns = { No: (row: number) => row, 'Its "name"': (row: number) => `no. ${row},\n` }
const numbers = (until: number, pageRows: number, onPage: () => void = () => {}) =>
  listTable<number>(columns, async (_ctx, _query, after) => {
    onPage()
    const first = Number(after ?? 0)
    const rows = Array.from({ length: Math.min(pageRows, until - first) }, (_, place) => first + place)
    return { rows, next: first + pageRows < until ? String(first + pageRows) : null }
  })
const readAll = (stream: ReadableStream<Uint8Array>) => new Response(stream).arrayBuffer()

test('the mark, the heads, every row of every page, quoted as RFC 4180 says', async () => {
  const bytes = await readAll(await streamCsv(numbers(3, 2), {}, async () => ctx))
  expect([...new Uint8Array(bytes).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).slice(1)).toBe(
    'No,"Its ""name"""\r\n0,"no. 0,\n"\r\n1,"no. 1,\n"\r\n2,"no. 2,\n"\r\n',
  )
})

test('an empty list has its heads', async () => {
  const text = new TextDecoder().decode(await readAll(await streamCsv(numbers(0, 2), {}, async () => ctx)))
  expect(text).toBe('No,"Its ""name"""\r\n')
})

test('a list beyond the cap says so in its last line, one of exactly that length does not', async () => {
  const last = async (rows: number) => {
    const text = new TextDecoder().decode(await readAll(await streamCsv(numbers(rows, 60_000), {}, async () => ctx)))
    return text.trimEnd().split('\r\n').at(-1)
  }
  expect(await last(maxCsvRows + 1)).toContain(`Cut off after ${maxCsvRows} rows`)
  expect(await last(200_000)).toContain('Cut off')
  expect(await last(maxCsvRows)).toContain(`${maxCsvRows - 1},`)
})

test('rights are read anew for each page; when they end, the file breaks off', async () => {
  let asked = 0
  const renew = async () => {
    asked += 1
    if (asked > 2) throw new Error('The session has ended.')
    return ctx
  }
  await expect(readAll(await streamCsv(numbers(10, 2), {}, renew))).rejects.toThrow('The session has ended.')
  expect(asked).toBe(3)
})

test('pages are read as they are taken', async () => {
  let pages = 0
  const stream = await streamCsv(
    numbers(100, 1, () => {
      pages += 1
    }),
    {},
    async () => ctx,
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect(pages).toBeLessThan(5)
  await stream.cancel()
})
