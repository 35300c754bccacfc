'use client'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatCount, formatOf } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { SearchField } from '@/components/ui/search-field'
import { SkeletonRows } from '@/components/ui/skeleton'
import { TabLinks } from '@/components/ui/tabs'
import { paths } from '@/server/paths'
import { DeviceTable } from './device-table'
import type { Rollout } from './view-types'

type DeviceSectionProps = { rollout: Rollout; view: string; search: string }
type Cursor = { hostName: string; id: string }
const typingMs = 250

/** The devices of the rollout: a tab a ring and for what needs a person, found by host name. Both stand in the address. */
export function DeviceSection({ rollout, view, search }: DeviceSectionProps) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const current = view === 'current' ? String(rollout.currentPosition) : view
  const list = `${current} ${search}`
  const [more, setMore] = useState<{ list: string; cursors: Cursor[] }>({ list, cursors: [] })
  const cursors = more.list === list ? more.cursors : []
  const pages = useQueries({
    queries: [null, ...cursors].map((cursor) => ({
      // The first page is asked for by the name of the address, so that it is the one the server has loaded.
      ...trpc.rollouts.devices.queryOptions({ rolloutId: rollout.id, view, search, cursor }),
      placeholderData: keepPreviousData,
    })),
  })
  const loaded = pages.flatMap((page) => page.data ?? [])
  const rows = pages[0]?.data ? loaded.flatMap((page) => page.rows) : undefined
  const next = loaded.length === pages.length ? loaded.at(-1)?.next : null
  const asOf = loaded.at(-1)?.asOf ?? rollout.asOf
  const tabs = tabsOf(rollout).map((tab) => ({
    ...tab,
    href: paths.rollout(slug, rollout.id, { ring: tab.value, host: search || undefined }),
    isCurrent: tab.value === current,
  }))
  const whole = tabs.find((tab) => tab.isCurrent)?.whole ?? rows?.length ?? 0
  return (
    <section aria-labelledby="devices">
      <SectionHead
        id="devices"
        title="Devices"
        isBare
        aside={<HostSearch rollout={rollout} view={view} search={search} />}
      />
      <TabLinks label="Which devices" tabs={tabs} />
      {rows ? (
        <DeviceTable
          rows={rows}
          rollout={rollout}
          now={asOf}
          totalCount={search ? undefined : whole}
          isSearch={search !== ''}
        />
      ) : (
        <SkeletonRows count={6} lines={1} columns={5} label="Devices are loading" />
      )}
      {rows && (next || loaded.length < pages.length) ? (
        <div className="flex items-center gap-3 pt-3">
          <Button
            isPending={loaded.length < pages.length}
            onClick={() => {
              if (next) setMore({ list, cursors: [...cursors, next] })
            }}
          >
            Load more
          </Button>
          <span className="text-detail text-text-3">
            {search ? `${formatCount(rows.length)} loaded` : `${formatOf(rows.length, whole)} loaded`}
          </span>
        </div>
      ) : null}
    </section>
  )
}

function tabsOf({ rings, counts }: Rollout) {
  const ofRing = rings
    .filter((ring) => ring.phase !== 'left-out')
    .map((ring) => ({ value: String(ring.position), label: ring.name, whole: ring.deviceCount }))
  const special = (['failed', 'silent', 'rolled-back', 'pending-reboot'] as const).map((value) => ({
    value,
    label: { failed: 'Failed', silent: 'Silent', 'rolled-back': 'Rolled back', 'pending-reboot': 'Pending reboot' }[
      value
    ],
    whole: counts[value],
  }))
  const all = { value: 'all', label: 'All rings', whole: counts.all }
  return [...ofRing, ...special, all].map((tab) => ({ ...tab, count: formatCount(tab.whole) }))
}

/** Types into the address without leaving the page. */
function HostSearch({ rollout, view, search }: DeviceSectionProps) {
  const { slug } = useMsp()
  const router = useRouter()
  const [typed, setTyped] = useState(search)
  useEffect(() => {
    if (typed.trim() === search) return
    const href = paths.rollout(slug, rollout.id, {
      ring: view === 'current' ? undefined : view,
      host: typed.trim() || undefined,
    })
    const timer = setTimeout(() => router.replace(href, { scroll: false }), typingMs)
    return () => clearTimeout(timer)
  }, [typed, search, router, slug, rollout.id, view])
  return (
    <SearchField
      label="Host name"
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
      className="w-[200px]"
    />
  )
}
