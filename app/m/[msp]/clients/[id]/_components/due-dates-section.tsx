import { useState } from 'react'
import { useMsp } from '@/app/_trpc/client'
import { FactsList } from '@/components/facts-list'
import { formatDate, plural } from '@/components/format'
import { Link } from '@/components/link'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { paths } from '@/server/paths'
import { reasonOf } from './client-actions'
import type { ClientPage } from './client-view'
import { RulePacksDialog } from './rule-packs-dialog'

/** Who asks here by when a patch is in: the policy, and the rule packs that were chosen. */
export function DueDatesSection({ page }: { page: ClientPage }) {
  const { client, dueDates, may, asOf } = page
  const { slug } = useMsp()
  const [isOpen, setIsOpen] = useState(false)
  const inForce = dueDates.packs.flatMap((pack) => (pack.inForce ? [{ ...pack, inForce: pack.inForce }] : []))
  const policy = client.archivedAt ? (
    'The policy'
  ) : (
    <Link className="link" href={paths.policy(slug, client.id)}>
      The policy
    </Link>
  )
  return (
    <section aria-labelledby="dues-head" className="pt-8">
      <SectionHead
        id="dues-head"
        title="Due dates"
        aside={
          client.archivedAt ? null : (
            <Button size="sm" disabledReason={reasonOf(may.setRulePacks)} onClick={() => setIsOpen(true)}>
              Rule packs
            </Button>
          )
        }
      />
      <FactsList
        className="pt-3"
        facts={[
          ...inForce.map((pack) => ({
            label: `${pack.title} ${pack.inForce.version}`,
            value: (
              <>
                {pack.rules.join(' ')}
                <span className="block text-detail text-text-3">
                  since {formatDate(pack.inForce.setAt, client.timeZone, asOf)}, set by {pack.inForce.setBy}
                  {pack.inForce.version === pack.version ? null : `; ${pack.version} is there: save again to take it`}
                </span>
              </>
            ),
          })),
          {
            label: policy,
            value: `Security and critical patches: ${plural(dueDates.dueDays, 'day', 'days')}.`,
          },
        ]}
      />
      <p className="pt-3 text-detail text-text-3">
        The earliest date counts, from the vendor’s release; where none is told, from the first sight here. Days are
        counted in {client.timeZone}.
      </p>
      {isOpen ? <RulePacksDialog page={page} onClose={() => setIsOpen(false)} /> : null}
    </section>
  )
}
