'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { formatSpelled, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { invitationMs } from '@/server/members/rules'
import { DownloadCsv } from '../../../_components/download-csv'
import { InvitationsTable } from './invitations-table'
import { InviteDialog } from './invite-dialog'
import { PeopleTable } from './people-table'
import type { Person, PersonVerb, Standing } from './people-types'
import { peopleLead } from './people-words'
import { PersonDialogs } from './person-dialogs'

/** Who may come in, as what and to which clients; who was asked in; and what may be done about each. */
export function PeopleView() {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.members.list.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [chosen, setChosen] = useState<{ verb: PersonVerb; person: Person } | null>(null)
  const standing: Standing = {
    viewer: {
      userId: data.people.find((one) => one.isSelf)?.userId ?? '',
      permissions: new Set(session.permissions),
      hasAllClients: session.hasAllClients,
    },
    people: { owners: data.owners },
  }
  return (
    <>
      <PageHeader
        title={plural(data.people.length, 'person', 'people')}
        lead={peopleLead(data)}
        actions={
          <>
            <DownloadCsv list="members" of="the people" />
            <InviteDialog standing={standing} clients={session.clients} />
          </>
        }
      />
      <section aria-label="People">
        <PeopleTable
          people={data.people}
          standing={standing}
          now={data.asOf}
          timeZone={session.timeZone}
          onChoose={(verb, person) => setChosen({ verb, person })}
        />
      </section>
      <section aria-labelledby="invitations-head">
        <SectionHead
          id="invitations-head"
          title="Invitations"
          count={plural(data.invitations.filter((one) => one.state === 'open').length, 'open', 'open')}
          aside={
            <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
              A link works once, for {formatSpelled(invitationMs)}
              {data.invitations.length > 0 ? <DownloadCsv list="invitations" of="the invitations" /> : null}
            </span>
          }
          isBare={data.invitations.length > 0}
        />
        {data.invitations.length > 0 ? (
          <InvitationsTable
            invitations={data.invitations}
            standing={standing}
            now={data.asOf}
            timeZone={session.timeZone}
          />
        ) : (
          <p className="py-3 text-body text-text-3">Nobody is asked in just now.</p>
        )}
      </section>
      <PersonDialogs
        chosen={chosen}
        standing={standing}
        clients={session.clients}
        company={session.msp.name}
        onClose={() => setChosen(null)}
      />
    </>
  )
}
