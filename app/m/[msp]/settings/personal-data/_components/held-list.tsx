import { FactsList } from '@/components/facts-list'
import { PageHeader } from '@/components/page-header'
import { erasureWords, heldData } from '@/server/personal-data/rules'

/** One part for each kind of data: whose, why, how long, and what an erasure leaves of it. */
export function HeldList() {
  return (
    <article className="flex w-full max-w-[860px] flex-col gap-8">
      <PageHeader
        title="Personal data"
        lead="What is held of people, why, for how long, and what becomes of it when a client is erased. No files, mails or browsing of anybody are read."
      />
      {heldData.map(({ id, what, whose, why, howLong, atErasure }) => (
        <section key={id} aria-labelledby={id} className="break-inside-avoid">
          <h2 id={id} className="text-balance border-line-strong border-b pb-2 font-section text-section">
            {what}
          </h2>
          <div className="pt-3">
            <FactsList
              isPair
              facts={[
                { label: 'Whose', value: whose },
                { label: 'Why', value: why },
                { label: 'How long', value: howLong },
                { label: 'At an erasure', value: erasureWords[atErasure] },
              ]}
            />
          </div>
        </section>
      ))}
    </article>
  )
}
