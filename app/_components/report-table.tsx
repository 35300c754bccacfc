import { cn } from '@/components/cn'
import { tableRoles } from '@/components/table-style'
import type { ReportWords } from '@/server/reports/tell-report'

/** One table of a report: no frame, numbers right. On narrow screens each row is a small block whose values carry their heads. */
export function ReportTable({
  table: { title, lead, head, rows, isNumber },
}: {
  table: ReportWords['tables'][number]
}) {
  const cell = (column: number) =>
    cn(
      'align-top wide:py-2.5 wide:first:pr-4 wide:not-first:pl-4 max-wide:block max-wide:text-left',
      isNumber[column] ? 'text-right tabular-nums' : 'text-left',
    )
  return (
    <section aria-label={title} className="break-inside-avoid pt-9">
      <h2 className="font-section text-section">{title}</h2>
      <p className="pt-0.5 text-body text-text-3">{lead}</p>
      <table {...tableRoles.table} className="mt-2 w-full border-collapse text-body text-text-2 max-wide:block">
        <thead className="max-wide:sr-only">
          <tr {...tableRoles.row} className="border-line-strong border-b text-detail text-text-3">
            {head.map((word, column) => (
              <th
                key={word}
                scope="col"
                {...tableRoles.head}
                className={cn(cell(column), 'whitespace-nowrap font-normal')}
              >
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...tableRoles.body} className="max-wide:block max-wide:border-line-strong max-wide:border-t">
          {rows.map((row) => (
            <tr key={row[0]} {...tableRoles.row} className="border-line border-b max-wide:block max-wide:py-2.5">
              {row.map((text, column) => (
                <td
                  key={head[column]}
                  {...(column === 0 ? tableRoles.key : tableRoles.cell)}
                  className={cn(cell(column), column === 0 && 'break-words font-key text-text')}
                >
                  {column > 0 && isNumber[column] ? (
                    <span aria-hidden className="text-text-3 wide:hidden">
                      {head[column]}{' '}
                    </span>
                  ) : null}
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
