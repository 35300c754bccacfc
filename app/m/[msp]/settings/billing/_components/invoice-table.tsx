import { DataTable } from '@/components/data-table'
import { formatDate, formatMoney, plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { invoiceState } from './bill-words'

type Row = Outputs['billing']['subscription']['invoices'][number]
type InvoiceTableProps = { invoices: readonly Row[]; timeZone: string; now: Date }

/** The invoices as Stripe has them; each leads to Stripe's own page of it. */
export function InvoiceTable({ invoices, timeZone, now }: InvoiceTableProps) {
  const columns: Column<Row>[] = [
    {
      key: 'number',
      head: 'Invoice',
      isKey: true,
      narrow: 'title',
      cell: ({ number, url }) =>
        number && url ? (
          <a href={url} target="_blank" rel="noreferrer" className="link reach">
            {number}
          </a>
        ) : (
          (number ?? 'Draft')
        ),
    },
    {
      key: 'date',
      head: 'Date',
      narrow: 'detail',
      cell: ({ issuedAt, status }) => (
        <>
          {formatDate(issuedAt, timeZone, now)}
          <span className="wide:hidden">, {invoiceState(status)}</span>
        </>
      ),
    },
    { key: 'state', head: 'State', cell: ({ status }) => invoiceState(status) },
    {
      key: 'amount',
      head: 'Amount',
      align: 'right',
      narrow: 'trailing',
      cell: ({ cents, currency }) => formatMoney(cents, currency),
    },
  ]
  return (
    <section aria-labelledby="invoices-head">
      <SectionHead
        id="invoices-head"
        title="Invoices"
        count={plural(invoices.length, 'invoice', 'invoices')}
        aside="The newest first"
        isBare
      />
      <DataTable caption="Invoices" columns={columns} rows={invoices} rowKey={(row) => row.invoiceId} />
    </section>
  )
}
