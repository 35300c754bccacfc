'use client'
import { useMsp } from '@/app/_trpc/client'
import { cn } from '@/components/cn'
import { DataTable, NotThere } from '@/components/data-table'
import { formatDate, formatDue, formatList, plural } from '@/components/format'
import { Link } from '@/components/link'
import { toneText, wordTone } from '@/components/mark-state'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { sayDay } from '@/server/exceptions/rules'
import { paths } from '@/server/paths'
import type { DevicePage } from './device-header'

type Patch = DevicePage['missing'][number]

/** What the device lacks and what moves there, each with what happens next. */
export function MissingSection({ page, shownId }: { page: DevicePage; shownId?: string }) {
  const { slug } = useMsp()
  const { missing, inventory, dueAsking } = page
  const waiting = inventory.waiting.map((one) => one.name)
  return (
    <section aria-labelledby="missing-head">
      <SectionHead
        id="missing-head"
        title="Missing or moving"
        count={plural(missing.length, 'patch', 'patches')}
        aside={`Due as ${formatList(dueAsking.map(inSentence))} ${dueAsking.length === 1 ? 'asks' : 'ask'}`}
        isBare
      />
      <DataTable
        caption="Patches that are missing or moving"
        lines={2}
        rows={missing}
        rowKey={(patch) => patch.patchId}
        isSelected={missing.length > 1 ? (patch) => patch.patchId === shownId : undefined}
        columns={columnsOf(page, (patch) => paths.device(slug, page.device.id, { patch: patch.patchId }))}
      />
      <p className="pt-3 text-detail text-text-3">
        {plural(inventory.installedCount, 'package', 'packages')} installed.
        {waiting.length > 0
          ? ` ${formatList(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'}: the package manager itself holds back.`
          : ''}
      </p>
    </section>
  )
}

/** Names of rule packs as they are; what begins a sentence with an article does so no more. */
const inSentence = (title: string) => title.replace(/^The /, 'the ')

const columnsOf = (page: DevicePage, hrefOf: (patch: Patch) => string): Column<Patch>[] => [
  {
    key: 'state',
    head: 'State',
    width: '136px',
    narrow: 'mark',
    className: 'whitespace-nowrap',
    cell: ({ why }) => (
      <span className="flex items-center gap-2">
        <StatusMark state={why.mark} />
        <span className={`max-wide:sr-only ${toneText[wordTone(why.mark)]}`}>{why.word}</span>
      </span>
    ),
  },
  {
    key: 'patch',
    head: 'Patch',
    isKey: true,
    narrow: 'title',
    className: 'max-w-0 w-[26%] max-wide:max-w-none max-wide:w-auto',
    cell: ({ name, version, fromVersion, classification }) => (
      <>
        <span className="block truncate">
          <span className="mono">{name}</span>{' '}
          <span className="font-normal text-text-3">{capital(classification)}</span>
        </span>
        <span className="mono block truncate font-normal text-detail text-text-2">
          {fromVersion ?? 'not installed'} → {version}
        </span>
      </>
    ),
  },
  {
    key: 'due',
    head: 'Due',
    width: '188px',
    className: 'wide:py-1',
    cell: (patch) => <Due patch={patch} page={page} />,
  },
  {
    key: 'next',
    head: 'What happens next',
    narrow: 'detail',
    cell: ({ why, dueAt, isPastDue }) => (
      <>
        {why.next}
        {dueAt ? (
          <span className={cn('wide:hidden', isPastDue && 'text-fail')}>
            {` · due ${formatDate(dueAt, page.zone, page.asOf)}${isPastDue ? ', past due' : ''}`}
          </span>
        ) : null}
      </>
    ),
  },
  {
    key: 'why',
    head: 'Why',
    isHeadHidden: true,
    align: 'right',
    width: '48px',
    narrow: 'trailing',
    cell: (patch) => (
      <Link href={hrefOf(patch)} className="link reach" aria-label={`Why ${patch.name} ${patch.version}`} scroll>
        Why
      </Link>
    ),
  },
]

function Due({ patch, page }: { patch: Patch; page: DevicePage }) {
  const { zone, asOf } = page
  if (!patch.dueAt) return <NotThere label="no due date" />
  const isIn = patch.why.mark === 'soaking' || patch.why.mark === 'pending-reboot'
  const left = isIn ? 'installed' : formatDue(patch.dueAt, zone, asOf)
  return (
    <>
      <span className="flex flex-wrap items-baseline gap-x-2">
        {formatDate(patch.dueAt, zone, asOf)}
        {patch.exceptedUntil ? (
          <span className="text-detail text-text-3">excepted until {sayDay(patch.exceptedUntil, asOf)}</span>
        ) : patch.isPastDue ? (
          <span className="inline-flex items-center gap-1.5 text-detail text-fail">
            <StatusMark state="past-due" size={13} label="Past due" />
            {left}
          </span>
        ) : (
          <span className="text-detail text-text-3">{left}</span>
        )}
      </span>
      <span className="block text-detail text-text-3">{patch.dueRule}</span>
    </>
  )
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
