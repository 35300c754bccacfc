import type { ReactNode } from 'react'
import { cn } from './cn'

export type Align = 'left' | 'right' | 'center'

/** What becomes of a column below 900 px, where a row has two lines. A column without one is hidden there. */
export type NarrowPlace = 'mark' | 'title' | 'detail' | 'trailing'

/** One column of a table. */
export type Column<Row> = {
  key: string
  head: ReactNode
  cell: (row: Row) => ReactNode
  /** Numbers stand right. */
  align?: Align
  /** CSS width, e.g. "96px" or "30%". */
  width?: string
  /** The column that names the row: 560, and a row header for screen readers. */
  isKey?: boolean
  /** Hides the head for the eye (marks, menus), not for screen readers. */
  isHeadHidden?: boolean
  /** Makes the head a link; `direction` is null when another column orders the table. */
  sort?: { href: string; direction: 'ascending' | 'descending' | null }
  narrow?: NarrowPlace
  /** Left out below 1240 px, where the others need the room. */
  isExtra?: boolean
  className?: string
}

/**
 * Roles by name. Below 900 px tables and rows become blocks and grids, which takes their native role away in some
 * browsers; written out it stays.
 */
export const tableRoles = {
  table: { role: 'table' },
  body: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  key: { role: 'rowheader' },
  cell: { role: 'cell' },
}

const alignment: Record<Align, string> = { left: 'text-left', right: 'text-right', center: 'text-center' }

const narrowPlaces: Record<NarrowPlace, string> = {
  mark: 'max-wide:col-start-1 max-wide:row-start-1 max-wide:row-span-2 max-wide:pr-3',
  title: 'max-wide:col-start-2 max-wide:row-start-1 max-wide:text-left',
  detail: 'max-wide:col-start-2 max-wide:row-start-2 max-wide:text-left max-wide:text-detail max-wide:text-text-3',
  trailing: 'max-wide:col-start-3 max-wide:row-start-1 max-wide:row-span-2 max-wide:pl-3 max-wide:text-right',
}

/** A column of marks alone stands close to the words it belongs to. */
const isMarkColumn = (column: { narrow?: NarrowPlace; isHeadHidden?: boolean }) =>
  column.narrow === 'mark' && column.isHeadHidden === true

type StyledColumn = Pick<Column<never>, 'align' | 'isKey' | 'isHeadHidden' | 'narrow' | 'isExtra' | 'className'>

/** The classes of a head cell. */
export function headCellStyle(column: Pick<StyledColumn, 'align' | 'isHeadHidden' | 'narrow' | 'isExtra'>): string {
  return cn(
    'h-8 whitespace-nowrap px-3 font-head text-detail text-text-3 first:pl-0 last:pr-0',
    isMarkColumn(column) && 'first:pr-0',
    column.isExtra && 'max-[1239px]:hidden',
    alignment[column.align ?? 'left'],
  )
}

/** The classes of a body cell: its height comes from the row, its place below 900 px from `narrow`. */
export function bodyCellStyle(column: StyledColumn): string {
  return cn(
    // A mark that stands alone is a block, so that it is centred in the row and not on the baseline.
    'px-3 font-normal first:pl-0 last:pr-0 max-wide:block max-wide:p-0 [&>svg]:block',
    column.align === 'center' && '[&>svg]:mx-auto',
    isMarkColumn(column) && 'wide:first:pr-0',
    alignment[column.align ?? 'left'],
    column.isKey && 'font-key text-text',
    column.narrow ? narrowPlaces[column.narrow] : 'max-wide:hidden',
    column.isExtra && 'max-[1239px]:hidden',
    column.className,
  )
}

/** The classes of a body row. Links and buttons in its cells stay above the stretched link of the row. */
export function rowStyle({
  lines,
  isSelected = false,
  tone,
}: {
  lines: 1 | 2
  isSelected?: boolean
  tone?: 'child'
}): string {
  return cn(
    'relative border-line border-b transition-colors hover:bg-hover',
    lines === 1 ? 'h-9' : 'h-12',
    'max-wide:grid max-wide:h-auto max-wide:min-h-[60px] max-wide:grid-cols-[auto_minmax(0,1fr)_auto] max-wide:content-center max-wide:items-center max-wide:py-2',
    '[&_:is(a,button,input,label):not([data-stretch])]:relative [&_:is(a,button,input,label):not([data-stretch])]:z-[1]',
    tone === 'child' && 'bg-well',
    isSelected &&
      'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)] hover:bg-accent-soft [&>:first-child]:pl-2.5 max-wide:pr-2.5',
  )
}
