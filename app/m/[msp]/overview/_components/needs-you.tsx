'use client'
import { useMsp } from '@/app/_trpc/client'
import { NeedsYouList } from '@/components/needs-you-list'
import { NeedsYouRow } from '@/components/needs-you-row'
import { SectionHead } from '@/components/section-head'
import { ButtonLink } from '@/components/ui/button-link'
import type { Outputs } from '@/server/api/root'
import { needHref } from './need-href'

type Overview = Outputs['overview']['get']
type NeedsYouProps = { needs: Overview['needs']; hasAllClients: boolean; clientCount: number }

/** Everything that waits for a person, by when it must be done; the first row alone has the primary button. */
export function NeedsYou({ needs, hasAllClients, clientCount }: NeedsYouProps) {
  const today = needs.filter((need) => need.isToday)
  const later = needs.filter((need) => !need.isToday)
  const first = needs[0]?.key
  const row = (need: Overview['needs'][number]) => <Row key={need.key} need={need} isFirst={need.key === first} />
  return (
    <section aria-labelledby="needs-you">
      <SectionHead
        id="needs-you"
        title="Needs you"
        aside={<span className="max-wide:hidden">{hasAllClients ? 'All clients' : 'All clients you are given'}</span>}
      />
      {needs.length === 0 ? (
        <p className="border-line border-b py-4 text-text-2">{quietWords(clientCount)}</p>
      ) : (
        <NeedsYouList
          groups={[
            { key: 'today', name: 'Today', isUrgent: true, rows: today.map(row) },
            { key: 'later', name: 'Can wait', rows: later.map(row) },
          ].filter((group) => group.rows.length > 0)}
        />
      )}
    </section>
  )
}

function Row({ need, isFirst }: { need: Overview['needs'][number]; isFirst: boolean }) {
  const { slug } = useMsp()
  const { mark, sentence, evidence, reach, reachTone, action, target } = need.words
  return (
    <NeedsYouRow
      mark={mark}
      sentence={sentence}
      evidence={evidence}
      reach={reach}
      reachTone={reachTone}
      action={
        <ButtonLink href={needHref(slug, target)} variant={isFirst ? 'primary' : 'secondary'}>
          {action}
        </ButtonLink>
      }
    />
  )
}

const quietWords = (clientCount: number) =>
  clientCount === 0
    ? 'No client is given to you yet. An owner of this MSP can give you some.'
    : 'No failed gate, no approval wanted, no window missed, no device silent. Rollouts go on by themselves.'
