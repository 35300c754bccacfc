import { Building2, List, Package, Waypoints } from 'lucide-react'
import type { SearchGroup, SearchOption } from '@/components/search-dialog'
import { StatusMark } from '@/components/status-mark'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Found = Outputs['search']['everything']

/** What was found as groups of places, those with something in them. A list that has a search of its own shows the rest. */
export function searchGroups(msp: string, text: string, found: Found): SearchGroup[] {
  const { clients, devices, patches, rollouts } = found
  const rest = (hasMore: boolean, label: string, href: string): SearchOption[] =>
    hasMore ? [{ key: `all-${label}`, href, icon: <List size={16} aria-hidden />, label }] : []
  const groups: SearchGroup[] = [
    {
      name: 'Clients',
      options: [
        ...clients.rows.map(({ id, name }) => ({
          key: id,
          href: paths.devices(msp, { client: id }),
          icon: <Building2 size={16} aria-hidden />,
          label: name,
          detail: 'its devices',
        })),
        ...rest(clients.hasMore, 'All clients', paths.clients(msp)),
      ],
    },
    {
      name: 'Devices',
      options: [
        ...devices.rows.map(({ id, hostName, clientName, mark, word }) => ({
          key: id,
          href: paths.device(msp, id),
          icon: <StatusMark state={mark} />,
          label: hostName,
          isMono: true,
          detail: `${word} · ${clientName}`,
        })),
        ...rest(devices.hasMore, `All devices with “${text}”`, paths.devices(msp, { search: text })),
      ],
    },
    {
      name: 'Patches',
      options: [
        ...patches.rows.map(({ id, name, version }) => ({
          key: id,
          href: paths.patch(msp, id),
          icon: <Package size={16} aria-hidden />,
          label: `${name} ${version}`,
          isMono: true,
        })),
        ...rest(
          patches.hasMore,
          `All missing patches with “${text}”`,
          paths.patches(msp, { filter: 'all', search: text }),
        ),
      ],
    },
    {
      name: 'Rollouts',
      options: [
        ...rollouts.rows.map(({ id, number, title, clientName }) => ({
          key: id,
          href: paths.rollout(msp, id),
          icon: <Waypoints size={16} aria-hidden />,
          label: `R-${number} ${title}`,
          detail: clientName,
        })),
        ...rest(rollouts.hasMore, 'All rollouts', paths.rollouts(msp)),
      ],
    },
  ]
  return groups.filter((group) => group.options.length > 0)
}
