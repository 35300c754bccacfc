import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Link } from './link'
import { bodyCellStyle, type Column, headCellStyle, rowStyle, tableRoles } from './table-style'

/** The row of column heads. `aria-sort` tells which one orders the table. */
export function TableHead<Row>({ columns, isSticky = false }: { columns: readonly Column<Row>[]; isSticky?: boolean }) {
  return (
    <thead className={cn('max-wide:sr-only', isSticky && 'wide:sticky wide:top-0 wide:z-[2] wide:bg-canvas')}>
      <tr {...tableRoles.row} className="border-line border-b">
        {columns.map((column) => (
          <th
            key={column.key}
            scope="col"
            {...tableRoles.head}
            aria-sort={column.sort ? (column.sort.direction ?? 'none') : undefined}
            style={{ width: column.width }}
            className={headCellStyle(column)}
          >
            {column.sort ? (
              <SortLink sort={column.sort}>{column.head}</SortLink>
            ) : column.isHeadHidden ? (
              <span className="sr-only">{column.head}</span>
            ) : (
              column.head
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function SortLink({
  sort,
  children,
}: {
  sort: { href: string; direction: 'ascending' | 'descending' | null }
  children: ReactNode
}) {
  return (
    <Link
      href={sort.href}
      className={cn('inline-flex min-h-6 items-center gap-1 hover:text-text', sort.direction && 'font-key text-text')}
    >
      {children}
      {sort.direction === 'ascending' ? <ArrowUp size={12} aria-hidden /> : null}
      {sort.direction === 'descending' ? <ArrowDown size={12} aria-hidden /> : null}
    </Link>
  )
}

type TableRowProps<Row> = {
  row: Row
  columns: readonly Column<Row>[]
  lines: 1 | 2
  /** Where the row leads: the key cell becomes a link that covers the row. */
  href?: string
  isSelected?: boolean
  tone?: 'child'
  /** Place in the whole list, from 1, when only a part of it is in the page. */
  rowIndex?: number
}

/** One row: cells in the order of the columns, the key cell as row header. */
export function TableRow<Row>({ row, columns, lines, href, isSelected, tone, rowIndex }: TableRowProps<Row>) {
  return (
    <tr
      {...tableRoles.row}
      aria-rowindex={rowIndex}
      data-selected={isSelected || undefined}
      className={rowStyle({ lines, isSelected, tone })}
    >
      {columns.map((column) => {
        const content = column.cell(row)
        const className = bodyCellStyle(column)
        if (!column.isKey) {
          return (
            <td key={column.key} {...tableRoles.cell} className={className}>
              {content}
            </td>
          )
        }
        return (
          <th key={column.key} scope="row" {...tableRoles.key} className={className}>
            {href ? (
              <Link href={href} data-stretch className="text-text after:absolute after:inset-0">
                {content}
              </Link>
            ) : (
              content
            )}
          </th>
        )
      })}
    </tr>
  )
}
