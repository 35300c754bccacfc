'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { formatOf } from './format.ts'
import { TableHead, TableRow } from './table-parts'
import { type Column, tableRoles } from './table-style'

// The sticky head lies over the part that scrolls.
const headHeightPx = 32

type VirtualTableProps<Row> = {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  rowHref?: (row: Row) => string | undefined
  isSelected?: (row: Row) => boolean
  lines?: 1 | 2
  /** Height of the part that scrolls, pixels. */
  heightPx?: number
  /** How many there are in all, when more than the given rows. */
  totalCount?: number
}

/** A table of over a hundred rows: fixed row height, sticky head, only what is in view is drawn. */
export function VirtualTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowHref,
  isSelected,
  lines = 1,
  heightPx = 504,
  totalCount,
}: VirtualTableProps<Row>) {
  const scroller = useRef<HTMLElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (lines === 1 ? 36 : 48),
    // Two-line rows of narrow screens are taller: what is drawn is measured.
    measureElement: (element) => element.getBoundingClientRect().height,
    overscan: 10,
    initialRect: { width: 1000, height: heightPx },
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]
  const last = items[items.length - 1]
  const top = virtualizer.scrollOffset ?? 0
  const bottom = top + (virtualizer.scrollRect?.height ?? heightPx) - headHeightPx
  const inView = items.filter((item) => item.start >= top - 1 && item.end <= bottom + 1).length
  return (
    <div>
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard
        tabIndex={0}
        aria-label={caption}
        style={{ maxHeight: heightPx }}
        className="overflow-y-auto"
      >
        <table
          {...tableRoles.table}
          aria-label={caption}
          aria-rowcount={(totalCount ?? rows.length) + 1}
          className="w-full table-fixed border-separate border-spacing-0 text-body text-text-2 max-wide:block [&_:is(td,th)]:border-line wide:[&_:is(td,th)]:border-b"
        >
          <TableHead columns={columns} isSticky />
          <tbody {...tableRoles.body} className="max-wide:block">
            {first && first.start > 0 ? <SpacerRow heightPx={first.start} span={columns.length} /> : null}
            {items.map((item) => {
              const row = rows[item.index]
              if (row === undefined) return null
              return (
                <TableRow
                  key={rowKey(row)}
                  row={row}
                  columns={columns}
                  lines={lines}
                  href={rowHref?.(row)}
                  isSelected={isSelected?.(row)}
                  rowIndex={item.index + 2}
                />
              )
            })}
            {last ? <SpacerRow heightPx={virtualizer.getTotalSize() - last.end} span={columns.length} /> : null}
          </tbody>
        </table>
      </section>
      <p className="pt-3 text-detail text-text-3">{formatOf(inView, totalCount ?? rows.length)} in view</p>
    </div>
  )
}

function SpacerRow({ heightPx, span }: { heightPx: number; span: number }) {
  if (heightPx <= 0) return null
  return (
    <tr aria-hidden className="max-wide:block" style={{ height: heightPx }}>
      <td colSpan={span} className="border-none p-0 max-wide:block" style={{ height: heightPx }} />
    </tr>
  )
}
