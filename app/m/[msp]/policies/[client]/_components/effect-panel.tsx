'use client'
import { cn } from '@/components/cn'
import { FactsList } from '@/components/facts-list'
import { formatDate, formatDateTime, plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import { describeEffect, forecastPatch, type PolicyEffect } from './policy-effect'
import type { Draft } from './use-draft'

/** What would change if this was saved: when a patch released today reaches each ring, under the old and the new values. */
export function EffectPanel({ draft }: { draft: Draft }) {
  const { page, policy, unsaved, errors } = draft
  const next = page.version + 1
  if (errors.size > 0)
    return (
      <Frame over={`If you save version ${next}`} title="The values do not fit together yet.">
        <p className="px-4 pb-4 text-text-2">
          {plural(errors.size, 'value needs', 'values need')} a change first; each says what.
        </p>
      </Frame>
    )
  const before = forecastPatch(page.policy, page.asOf, page.zone, page.rulePacks)
  const after = forecastPatch(policy, page.asOf, page.zone, page.rulePacks)
  const { title, isLaterPastDue } = describeEffect(before, after, unsaved.length > 0)
  const { asOf, zone } = page
  return (
    <Frame over={unsaved.length > 0 ? `If you save version ${next}` : 'In force now'} title={title}>
      <div className="border-line border-t px-4 py-3">
        <p className="pb-2 text-detail text-text-3">
          A security patch released {formatDate(asOf, zone, asOf)}, if every gate passes ({zone})
        </p>
        <table className="w-full text-detail">
          <thead>
            <tr className="text-text-3">
              <th className="py-1 pr-2 text-left font-head">Ring</th>
              <th className="py-1 pr-2 text-left font-head">Now</th>
              {unsaved.length > 0 ? <th className="py-1 text-left font-head">{`Version ${next}`}</th> : null}
            </tr>
          </thead>
          <tbody>
            <tr className="border-line border-t">
              <th className="py-1.5 pr-2 text-left font-normal text-text-2">Approved</th>
              {unsaved.length > 0 ? (
                <td className="whitespace-nowrap pr-2 text-text-3">{approvedWords(before, draft)}</td>
              ) : null}
              <td className="text-text">{approvedWords(after, draft)}</td>
            </tr>
            {after.rings.map((ring, index) => {
              const was = before.rings[index]
              const isMoved = was === undefined || was.opensAt.getTime() !== ring.opensAt.getTime()
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a ring is known by its place; its name is being typed
                <tr key={index} className="border-line border-t">
                  <th className="py-1.5 pr-2 text-left font-normal text-text-2">{ring.name}</th>
                  {unsaved.length > 0 ? (
                    <td className="whitespace-nowrap pr-2 text-text-3">
                      {was ? formatDateTime(was.opensAt, zone, asOf) : 'no such ring'}
                    </td>
                  ) : null}
                  <td
                    className={cn(
                      'whitespace-nowrap text-text',
                      isMoved && unsaved.length > 0 && 'font-key text-accent',
                    )}
                  >
                    {formatDateTime(ring.opensAt, zone, asOf)}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {after.isLate ? (
        <p className="flex items-start gap-2 border-line border-t px-4 py-3">
          <StatusMark state="past-due" className="mt-0.5" />
          <span>
            <strong className="font-key text-fail">
              {after.rings.at(-1)?.name} opens after the due date{isLaterPastDue ? ', which it did not before' : ''}
            </strong>
            <span className="block text-detail text-text-2">
              Due {formatDate(after.dueAt, zone, asOf)}. Shorten the deferral or the soak, or open a window earlier.
            </span>
          </span>
        </p>
      ) : null}
      <Facts draft={draft} dueAt={after.dueAt} />
    </Frame>
  )
}

function Facts({ draft: { page, unsaved }, dueAt }: { draft: Draft; dueAt: Date }) {
  const { running, fleet, asOf, zone } = page
  const names = running.rows.map((rollout) => `R-${rollout.number} (${rollout.policyVersion})`)
  const more = running.count - running.rows.length
  return (
    <div className="rounded-b-panel border-line border-t bg-well px-4 py-3">
      <FactsList
        facts={[
          ...(fleet ? [{ label: 'Devices', value: String(fleet.devices) }] : []),
          { label: 'Due', value: formatDate(dueAt, zone, asOf) },
          { label: 'Changed values', value: String(unsaved.length) },
          {
            label: 'Running rollouts',
            value:
              running.count === 0
                ? 'none'
                : `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${running.count === 1 ? 'keeps its' : 'keep their'} version`,
          },
        ]}
      />
    </div>
  )
}

function approvedWords(effect: PolicyEffect, { page: { zone, asOf } }: Draft): string {
  if (!effect.approvedAt) return 'by a person'
  const when = effect.approvedAt <= asOf ? 'at once' : formatDateTime(effect.approvedAt, zone, asOf)
  return effect.startsByHand ? `${when}, started by hand` : when
}

function Frame({ over, title, children }: { over: string; title: string; children: React.ReactNode }) {
  return (
    <section aria-label="What a change would do" className="rounded-panel border border-line-strong">
      <div className="p-4">
        <p className="pb-1 text-detail text-text-3">{over}</p>
        <h2 className="font-key text-lead text-text">{title}</h2>
      </div>
      {children}
    </section>
  )
}
