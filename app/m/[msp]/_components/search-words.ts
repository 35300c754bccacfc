import { formatList, plural } from '@/components/format'

type Kind = { rows: readonly unknown[]; hasMore: boolean }
type Found = Record<'clients' | 'devices' | 'patches' | 'rollouts', Kind>

/** "Found 1 client, more than 6 devices": what screen readers hear. */
export function spokenResult(found: Found): string {
  const kinds = [
    [found.clients, 'client', 'clients'],
    [found.devices, 'device', 'devices'],
    [found.patches, 'patch', 'patches'],
    [found.rollouts, 'rollout', 'rollouts'],
  ] as const
  const counts = kinds.flatMap(([{ rows, hasMore }, one, many]) =>
    rows.length === 0 ? [] : [`${hasMore ? 'more than ' : ''}${plural(rows.length, one, many)}`],
  )
  return counts.length === 0 ? 'Nothing found' : `Found ${formatList(counts, counts.length)}`
}

/** What a person means by what they typed or pasted: no sign that cannot be seen, no space around. */
export const plainSearch = (typed: string): string => typed.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
