import type { CSSProperties } from 'react'
import { cn } from '@/components/cn'
import { Logo } from '@/components/logo'
import { MspLogo } from '@/components/msp-logo'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { darkCanvas, readableOn } from '@/server/reports/report-look'
import type { ReportWords } from '@/server/reports/tell-report'
import { ReportChart } from './report-chart'
import { ReportTable } from './report-table'
import { SheetFigure } from './sheet-figure'

type ReportSheetProps = {
  words: ReportWords
  /** Words of the MSP over the numbers; empty = none. */
  note: string
  /** What this revision replaces and why; empty for a first one. */
  correction: string
  /** How the MSP of this address wants it to look. */
  msp: string
  brand: Outputs['reports']['get']['brand']
}

/** A monthly report on paper: the answer in words, three figures, twelve months, the numbers behind them, how it was counted. */
export function ReportSheet({ words, note, correction, msp, brand }: ReportSheetProps) {
  return (
    <article
      style={brand.accent ? accentStyle(brand.accent) : undefined}
      className="rounded-panel border border-line bg-canvas px-18 py-14 max-wide:px-5 max-wide:py-8 print:border-none print:p-0"
    >
      {brand.logoHash ? (
        <p className="flex justify-end pb-6">
          <MspLogo src={paths.logo(msp, brand.logoHash)} alt={words.by} />
        </p>
      ) : null}
      <p className="flex flex-wrap justify-between gap-x-6 text-body text-text-3">
        <span>{words.kicker}</span>
        <span>{words.extent}</span>
      </p>
      <h1 className="text-balance pt-5 font-semibold text-report max-wide:text-title">{words.title}</h1>
      <p className="pt-3 text-text-2 text-why">{words.lead}</p>
      {correction ? <p className="pt-4 font-key text-body">{correction}</p> : null}
      {note ? (
        <aside aria-label="Note" className="mt-5 border-line-strong border-l-2 pl-4">
          <p className="whitespace-pre-line break-words text-body text-text-2">{note}</p>
        </aside>
      ) : null}
      {words.figures.length > 0 ? (
        <dl className={cn('mt-8 grid border-t-2 wide:grid-cols-3', brand.accent ? 'border-accent' : 'border-text')}>
          {words.figures.map(({ label, value, text }) => (
            <SheetFigure key={label} label={label} value={value}>
              {text}
            </SheetFigure>
          ))}
        </dl>
      ) : null}
      {words.figures.length > 0 ? <ReportChart year={words.year} /> : null}
      {words.tables.map((table) => (
        <ReportTable key={table.title} table={table} />
      ))}
      <footer className="mt-10 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-line-strong border-t pt-4 text-detail text-text-3">
        <p className="max-w-[560px]">
          <b className="font-key text-text-2">{words.howCountedTitle}.</b> {words.howCounted}
        </p>
        <span className="flex items-center gap-2">
          <Logo size={14} />
          Patchward
        </span>
      </footer>
    </article>
  )
}

/** The MSP's colour in place of the product's; by night as much lighter as words need. */
const accentStyle = (accent: string): CSSProperties & { '--accent': string } => ({
  '--accent': `light-dark(${accent}, ${readableOn(darkCanvas, accent)})`,
})
