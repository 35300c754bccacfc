'use client'
import { Download } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useMsp } from '@/app/_trpc/client'
import { formatCount } from '@/components/format'
import { Button } from '@/components/ui/button'
import { buttonStyle } from '@/components/ui/button-style'
import { type CsvListName, maxCsvRows } from '@/server/csv/schema'
import { paths } from '@/server/paths'

type DownloadCsvProps = {
  list: CsvListName
  /** What the file is of, for who does not see where the button stands; on pages with more than one. */
  of?: string
  /** What the page's path says and the file's address has to: which report it is of. */
  filters?: Readonly<Record<string, string>>
  /** Why they may not, from the rule that says so. */
  disabledReason?: string | null
}

/** The list of this page as a file, under the filters of its address: all pages of it, up to the cap. */
export function DownloadCsv({ list, of, filters: ofPath, disabledReason }: DownloadCsvProps) {
  const { slug } = useMsp()
  const { after: _after, before: _before, ...filters } = Object.fromEntries(useSearchParams())
  const icon = <Download size={14} aria-hidden />
  if (disabledReason)
    return (
      <Button icon={icon} disabledReason={disabledReason}>
        Download CSV
      </Button>
    )
  return (
    // No link of Next's: the browser stays where it is and takes the file.
    <a
      href={paths.csv(slug, list, { ...filters, ...ofPath })}
      download
      title={`The whole list under these filters, up to ${formatCount(maxCsvRows)} rows`}
      className={buttonStyle()}
    >
      {icon}
      Download CSV{of ? <span className="sr-only"> of {of}</span> : null}
    </a>
  )
}
