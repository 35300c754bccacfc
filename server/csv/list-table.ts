import type { Context } from '../context.ts'
import { type Cell, cellText } from './rules.ts'

/** The filters of the page's address. */
export type CsvQuery = Readonly<Record<string, string>>

export interface CsvPage<Row> {
  rows: readonly Row[]
  /** Where the next page begins; null at the end. */
  next: string | null
}

/** One list as a table of texts, page by page. */
export interface CsvList {
  heads: readonly string[]
  readPage(ctx: Context, query: CsvQuery, after: string | null): Promise<CsvPage<readonly string[]>>
}

/** A list of the console as CSV: its columns, and how its own query reads a page under the rights of who asks. */
export function listTable<Row>(
  columns: Readonly<Record<string, (row: Row) => Cell>>,
  readRows: (ctx: Context, query: CsvQuery, after: string | null) => Promise<CsvPage<Row>>,
): CsvList {
  const cells = Object.values(columns)
  return {
    heads: Object.keys(columns),
    async readPage(ctx, query, after) {
      const { rows, next } = await readRows(ctx, query, after)
      return { rows: rows.map((row) => cells.map((cell) => cellText(cell(row)))), next }
    },
  }
}

/** A list that its query gives whole: one without an end of its own, or asked for one row more than a file may hold. */
export const whole = <Row>(rows: readonly Row[]): CsvPage<Row> => ({ rows, next: null })
