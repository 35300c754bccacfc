import { stringify } from 'csv-stringify/sync'
import { strToU8, Zip, ZipDeflate } from 'fflate'
import { type ClientTable, clientTables } from '../clients/client-tables.ts'
import type { Context } from '../context.ts'
import { cellText } from '../csv/rules.ts'
import { type Row, readClientRows, shownColumns } from './read-client-rows.ts'

const byteOrderMark = '\uFEFF'

/**
 * All that belongs to one client as a zip, made while it is taken: for each table one JSON and one CSV. `renew` gives the reader's context anew
 * for each page; when their rights end, the stream breaks off with an error and never ends as if it were whole.
 */
export function streamExport(
  client: { id: string; name: string },
  at: Date,
  renew: () => Promise<Context>,
): ReadableStream<Uint8Array> {
  const parts = writeZip(client, at, renew)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await parts.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}

async function* writeZip(
  client: { id: string; name: string },
  at: Date,
  renew: () => Promise<Context>,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  const zip = new Zip((error, data) => {
    if (error) throw error
    ready.push(data)
  })
  const begin = (path: string) => {
    const file = new ZipDeflate(path, { level: 6 })
    file.mtime = at
    zip.add(file)
    return file
  }
  const counts: { name: string; rows: number }[] = []
  for (const table of clientTables) {
    const pages = async function* () {
      for (let after: string[] | null = null, isFirst = true; isFirst || after; isFirst = false) {
        const page = await readClientRows(await renew(), table, client.id, after)
        yield page.rows
        after = page.next
      }
    }
    const json = begin(`json/${table.name}.json`)
    let rows = 0
    for await (const page of pages()) {
      json.push(strToU8(jsonPart(page, rows)))
      rows += page.length
      yield* ready.splice(0)
    }
    json.push(strToU8(rows === 0 ? '[]\n' : '\n]\n'), true)
    const csv = begin(`csv/${table.name}.csv`)
    csv.push(strToU8(byteOrderMark + csvLines([shownColumns(table)])))
    for await (const page of pages()) {
      csv.push(strToU8(csvLines(page.map((row) => cellsOf(table, row)))))
      yield* ready.splice(0)
    }
    csv.push(new Uint8Array(), true)
    counts.push({ name: table.name, rows })
  }
  begin('README.txt').push(strToU8(readMe(client, at, counts)), true)
  zip.end()
  yield* ready.splice(0)
}

const jsonPart = (rows: readonly Row[], written: number) =>
  rows.map((row, place) => `${written + place === 0 ? '[\n' : ',\n'}${JSON.stringify(row)}`).join('')

const csvLines = (rows: string[][]) => stringify(rows, { record_delimiter: 'windows' })

function cellsOf(table: ClientTable, row: Row): string[] {
  return shownColumns(table).map((column) => {
    const value = row[column]
    if (value === null || value === undefined) return ''
    return cellText(typeof value === 'object' ? JSON.stringify(value) : String(value))
  })
}

function readMe(
  { name, id }: { name: string; id: string },
  at: Date,
  counts: readonly { name: string; rows: number }[],
): string {
  return [
    `All that Patchward keeps of ${name}`,
    `Client ${id}, taken ${at.toISOString()}.`,
    '',
    'Each table is there twice: json/ for programs, csv/ (UTF-8) for spreadsheets. Cells that a spreadsheet would take for a formula begin',
    'with an apostrophe. Times are UTC. What opens something (hashes of enrolment tokens) is left out. While the file was made work went on:',
    'a row that changed in these moments may be newer in one table than in another. Patches and packages are named by ids of the MSP’s',
    'catalogue; plan_items and the reports carry their names.',
    '',
    'Rows at the time of taking:',
    ...counts.map((one) => `  ${one.name}: ${one.rows}`),
    '',
  ].join('\r\n')
}
