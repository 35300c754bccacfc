import type { ReactNode } from 'react'
import { cn } from './cn'
import { TableHead, TableRow } from './table-parts'
import { type Column, tableRoles } from './table-style'

type DataTableProps<Row> = {
  /** What the table lists; read by screen readers, not shown. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  rowHref?: (row: Row) => string | undefined
  isSelected?: (row: Row) => boolean
  /** Child rows stand on `well`. */
  rowTone?: (row: Row) => 'child' | undefined
  /** 1: 36 px, 2: 48 px. */
  lines?: 1 | 2
  /** What stands in place of rows when there are none. */
  empty?: ReactNode
  className?: string
}

/** A plain table for up to a hundred rows: no frame, no stripes, first and last cell flush with the page edge. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowHref,
  isSelected,
  rowTone,
  lines = 1,
  empty,
  className,
}: DataTableProps<Row>) {
  if (rows.length === 0 && empty) return <div className="border-line border-y py-4 text-text-3">{empty}</div>
  return (
    <table
      {...tableRoles.table}
      className={cn('w-full border-collapse text-body text-text-2 max-wide:block', className)}
    >
      <caption className="sr-only">{caption}</caption>
      <TableHead columns={columns} />
      <tbody {...tableRoles.body} className="max-wide:block">
        {rows.map((row) => (
          <TableRow
            key={rowKey(row)}
            row={row}
            columns={columns}
            lines={lines}
            href={rowHref?.(row)}
            isSelected={isSelected?.(row)}
            tone={rowTone?.(row)}
          />
        ))}
      </tbody>
    </table>
  )
}

/** A number in a cell: zero in the third voice, `fail` where a person is needed. */
export function CountCell({ count, tone }: { count: string; tone?: 'fail' | 'strong' }) {
  if (count === '0') return <span className="text-text-3">0</span>
  return (
    <span className={cn(tone === 'fail' && 'font-key text-fail', tone === 'strong' && 'font-key text-text')}>
      {count}
    </span>
  )
}

/** What is not there: an en dash that screen readers hear as "none". */
export function NotThere({ label = 'none' }: { label?: string }) {
  return (
    <span className="text-text-3">
      <span aria-hidden>–</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}
