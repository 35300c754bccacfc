import { formatMonth } from '@/components/format'
import { Link } from '@/components/link'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Report = Outputs['reports']['get']
type Proof = Report['evidence'][number]['proofs'][number]

/** Requirement by requirement: what it asks, what this month has to say to it, and where the rows are. */
export function EvidenceSheet({ report, slug }: { report: Report; slug: string }) {
  const { client, month, evidence } = report
  return (
    <article className="mx-auto w-full max-w-[860px]">
      <h1 className="text-balance font-semibold text-title">
        Evidence of {formatMonth(month)} for {client.name}
      </h1>
      <p className="pt-2 text-text-2 text-why">
        What the frozen report supports. Whether that is enough is for whoever audits to say.{' '}
        <Link href={paths.personalData(slug)} className="link reach">
          Which personal data is held
        </Link>
      </p>
      {evidence.map(({ id, name, section, asks, source, proofs, limit }) => (
        <section key={id} aria-labelledby={id} className="break-inside-avoid pt-9">
          <h2 id={id} className="font-section text-section">
            {name}
          </h2>
          <p className="pt-0.5 text-body text-text-3">{section}</p>
          <blockquote className="mt-3 border-line-strong border-l-2 pl-4 text-body text-text-2">
            {asks}
            <footer className="pt-1 text-detail text-text-3">{source}</footer>
          </blockquote>
          <ul className="mt-3 border-line-strong border-t">
            {proofs.map(({ kind, text }) => (
              <li
                key={kind}
                className="flex justify-between gap-6 border-line border-b py-2.5 text-body max-wide:block"
              >
                <span className="break-words">{text}</span>
                <RowsLink slug={slug} clientId={client.id} kind={kind} />
              </li>
            ))}
          </ul>
          {limit ? <p className="pt-2 text-detail text-text-3">{limit}</p> : null}
        </section>
      ))}
    </article>
  )
}

/** To the list that the number was counted from, as it is today; what is frozen has no other rows than itself. */
function RowsLink({ slug, clientId, kind }: { slug: string; clientId: string; kind: Proof['kind'] }) {
  const rows = {
    standing: { label: 'Devices', href: paths.devices(slug, { client: clientId }) },
    'in-time': { label: 'Rollouts', href: paths.rollouts(slug, { client: clientId }) },
    'time-taken': { label: 'Rollouts', href: paths.rollouts(slug, { client: clientId }) },
    'taken-back': { label: 'Holds', href: paths.holds(slug, { client: clientId }) },
    frozen: null,
  }[kind]
  if (!rows) return null
  return (
    <Link href={rows.href} className="link reach w-fit shrink-0 max-wide:block">
      {rows.label}
    </Link>
  )
}
