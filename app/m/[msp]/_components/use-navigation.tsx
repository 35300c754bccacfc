'use client'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import {
  Building2,
  FileClock,
  FileText,
  Hand,
  KeyRound,
  LayoutList,
  Monitor,
  MonitorSmartphone,
  Package,
  ReceiptText,
  Settings,
  ShieldOff,
  SlidersHorizontal,
  UserCheck,
  Users,
  Waypoints,
} from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatCount } from '@/components/format'
import type { NavItem } from '@/components/nav-list'
import { paths } from '@/server/paths'
import type { Action } from '@/server/permissions'
import { inScope } from './scope-href'

type Place = NavItem & {
  /** The right without which there is nothing to see there. */
  needs?: Action
  /** For nobody who sees a part of the clients only. */
  isOfWhole?: boolean
}

const icon = (Sign: typeof Monitor) => <Sign size={16} aria-hidden />

/** The places of the console with their numbers; a number is red only where a person is needed. `scope` is the chosen client. */
export function useNavigation(scope: string | null): NavItem[][] {
  const { slug } = useMsp()
  const pathname = usePathname()
  const { data: counts } = useSuspenseQuery(useTrpc().session.counts.queryOptions())
  const needs = useNeedsCount(counts)
  const { data: session } = useSuspenseQuery(useTrpc().session.get.queryOptions())
  const groups: Place[][] = [
    [
      {
        label: 'Overview',
        href: paths.overview(slug),
        icon: icon(LayoutList),
        count: needs === undefined ? undefined : formatCount(needs),
        isUrgent: needs !== undefined && needs > 0,
      },
      { label: 'Clients', href: paths.clients(slug), icon: icon(Building2), count: formatCount(counts.clients) },
      { label: 'Devices', href: paths.devices(slug), icon: icon(Monitor), count: formatCount(counts.devices) },
      { label: 'Enrolment', href: paths.enrolment(slug), icon: icon(MonitorSmartphone), needs: 'enrolment:read' },
      {
        label: 'Patches',
        href: paths.patches(slug),
        icon: icon(Package),
        count: formatCount(counts.patches),
        needs: 'patch:read',
      },
      {
        label: 'Rollouts',
        needs: 'rollout:read',
        href: paths.rollouts(slug),
        icon: icon(Waypoints),
        count: formatCount(counts.waitingGates || counts.rollouts),
        isUrgent: counts.waitingGates > 0,
      },
      {
        label: 'Holds',
        href: paths.holds(slug),
        icon: icon(Hand),
        count: formatCount(counts.holds),
        needs: 'hold:read',
      },
      {
        label: 'Exceptions',
        href: paths.exceptions(slug),
        icon: icon(ShieldOff),
        count: counts.exceptions > 0 ? formatCount(counts.exceptions) : undefined,
        isUrgent: counts.exceptions > 0,
        needs: 'exception:read',
      },
      {
        label: 'Proposals',
        needs: 'proposal:read',
        href: paths.proposals(slug),
        icon: icon(UserCheck),
        count: formatCount(counts.proposals),
        isUrgent: counts.proposalsForMe > 0,
      },
      { label: 'Reports', href: paths.reports(slug), icon: icon(FileText), needs: 'report:read' },
      { label: 'Policies', href: paths.policies(slug), icon: icon(SlidersHorizontal), needs: 'policy:read' },
    ],
    [
      { label: 'People', href: paths.people(slug), icon: icon(Users), needs: 'member:read' },
      { label: 'Company', href: paths.company(slug), icon: icon(Settings), needs: 'member:read' },
      {
        label: 'Billing',
        href: paths.billing(slug),
        icon: icon(ReceiptText),
        needs: 'billing:read',
        isOfWhole: true,
      },
      { label: 'API keys', href: paths.apiKeys(slug), icon: icon(KeyRound), needs: 'api-key:read' },
      { label: 'Audit log', href: paths.audit(slug), icon: icon(FileClock), needs: 'audit:read' },
    ],
  ]
  const current = currentHref(
    pathname,
    groups.flat().map((item) => item.href),
  )
  return groups.map((items) =>
    items
      .filter(({ needs }) => !needs || session.permissions.includes(needs))
      .filter(({ isOfWhole }) => !isOfWhole || session.hasAllClients)
      .map(({ needs: _needs, isOfWhole: _isOfWhole, ...item }) => ({
        ...item,
        href: inScope(slug, item.href, scope),
        isCurrent: item.href === current,
      })),
  )
}

const needsEveryMs = 60_000
const never = () => () => {}
const yes = () => true
const no = () => false

/**
 * How many things need somebody: what the overview said last where it was read later, else a count of its own. That count costs more than
 * the others, so it does not follow every change of the live stream: it is asked anew when one of their numbers moves, and each minute.
 */
function useNeedsCount(counts: object): number | undefined {
  const trpc = useTrpc()
  const page = useQuery({ ...trpc.overview.get.queryOptions(), enabled: false })
  const own = useQuery({ ...trpc.needs.count.queryOptions(), refetchInterval: needsEveryMs })
  const { refetch } = own
  const seen = useRef(counts)
  useEffect(() => {
    // Equal numbers are the same object, however often they are asked for.
    if (seen.current === counts) return
    seen.current = counts
    refetch()
  }, [counts, refetch])
  // While it is made on the server the overview may be read or not yet; the browser begins with neither, as it must with the same words.
  const isInBrowser = useSyncExternalStore(never, yes, no)
  if (!isInBrowser) return undefined
  return page.data && page.dataUpdatedAt > own.dataUpdatedAt ? page.data.needs.length : own.data
}

/** The deepest place that the page lies in: Enrolment lies below Devices and is not Devices. */
function currentHref(pathname: string, hrefs: readonly string[]): string | undefined {
  return hrefs
    .filter((href) => pathname === href || pathname.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0]
}
