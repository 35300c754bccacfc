'use client'
import type { ReactNode } from 'react'
import { StatusMark } from '@/components/status-mark'
import type { Policy } from '@/server/policies/schema'
import { changeWords, isSame } from '@/server/policy-changes/rules'
import type { Draft } from './use-draft'

type PolicySectionProps = {
  draft: Draft
  title: string
  text: ReactNode
  /** The sections of the document that stand here: their origin and their messages stand below. */
  sections: readonly (keyof Policy)[]
  /** Messages that a field below shows itself. */
  shownPaths?: readonly string[]
  /** All messages are shown by the fields themselves. */
  hasOwnErrors?: boolean
  /** Only these values of the sections stand here. */
  isHere?: (path: string) => boolean
  /** Takes the inherited values of this part alone. */
  onInherit?: () => void
  children: ReactNode
}

/** One part of the policy: name and meaning left, values right, below them where they come from and what is wrong. */
export function PolicySection({
  draft,
  title,
  text,
  sections,
  shownPaths = [],
  hasOwnErrors = false,
  isHere = () => true,
  onInherit,
  children,
}: PolicySectionProps) {
  const marks = draft.marks.filter((mark) => sections.includes(mark.section) && isHere(mark.path))
  const errors = [...draft.errors].filter(
    ([path]) =>
      !hasOwnErrors &&
      sections.some((section) => path === section || path.startsWith(`${section}.`)) &&
      !shownPaths.includes(path),
  )
  const isOwn = marks.length > 0
  const inherit = () => {
    for (const section of sections) if (!isSame(draft.policy[section], draft.base[section])) inheritOne(draft, section)
  }
  return (
    <section className="grid gap-x-6 gap-y-3 border-line border-t pt-5 min-[760px]:grid-cols-[150px_minmax(0,1fr)]">
      <div>
        <h2 className="font-section text-section text-text">{title}</h2>
        <p className="pt-1 text-detail text-text-3">{text}</p>
      </div>
      <div className="min-w-0">
        {children}
        {errors.map(([path, message]) => (
          <p key={path} role="alert" className="flex items-start gap-1.5 pt-2 text-detail text-fail">
            <StatusMark state="failed" size={13} className="mt-[1.5px]" />
            {`${message.charAt(0).toUpperCase()}${message.slice(1)}.`}
          </p>
        ))}
        {isOwn ? (
          <div className="pt-3 text-detail">
            <ul className="flex flex-col gap-0.5 text-accent">
              {marks.map((mark) => (
                <li key={`${mark.path} ${mark.name} ${mark.was}`} className="flex gap-1.5">
                  <span aria-hidden className="mt-[5px] size-1.5 shrink-0 bg-accent" />
                  <span>
                    {draft.isClient ? 'Set here' : 'Changed'}: {changeWords(mark)}
                  </span>
                </li>
              ))}
            </ul>
            {draft.isReadOnly ? null : (
              <button type="button" className="link reach mt-1.5" onClick={onInherit ?? inherit}>
                {draft.isClient ? `Take ${draft.page.standardName} here` : 'Take the saved values here'}
              </button>
            )}
          </div>
        ) : draft.isClient ? (
          <p className="pt-3 text-detail text-text-3">{draft.page.standardName}</p>
        ) : null}
      </div>
    </section>
  )
}

function inheritOne<Key extends keyof Policy>(draft: Draft, section: Key): void {
  draft.set(section, draft.base[section])
}
