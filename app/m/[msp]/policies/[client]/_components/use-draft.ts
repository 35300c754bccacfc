'use client'
import { useState } from 'react'
import type { Outputs } from '@/server/api/root'
import { findLoosened, type Section } from '@/server/policies/rules'
import { type Policy, policySchema } from '@/server/policies/schema'
import { findChanges, isSame, type PolicyChange } from '@/server/policy-changes/rules'
import { issueWords } from '../../_components/issue-words'

export type PolicyPage = Outputs['policies']['get']

export interface Draft {
  page: PolicyPage
  policy: Policy
  isClient: boolean
  /** What the controls compare with: the standard for a client, the version in force for the standard itself. */
  base: Policy
  /** Differences from `base`, and from the version in force. */
  marks: readonly PolicyChange[]
  unsaved: readonly PolicyChange[]
  /** Sections that let more in than the version in force. */
  loosened: readonly Section[]
  /** Messages of the schema by path: "rings.0.name". */
  errors: ReadonlyMap<string, string>
  /** Rises when the draft is thrown away, so that parts with a state of their own begin anew. */
  epoch: number
  isReadOnly: boolean
  set<Key extends keyof Policy>(section: Key, value: Policy[Key]): void
  discard(): void
  /** Takes what the server holds now, also over changes. */
  adopt(page: PolicyPage): void
}

/** The policy as it is being edited. What others save meanwhile is shown, never taken over while there are changes. */
export function useDraft(newest: PolicyPage): Draft {
  const [page, setPage] = useState(newest)
  const [changed, setChanged] = useState<Policy | null>(null)
  const [epoch, setEpoch] = useState(0)
  const policy = changed ?? page.policy
  const unsaved = findChanges(page.policy, policy)
  const isClient = page.client !== null
  const base = isClient ? page.standard : page.policy
  // React's way to follow a value: the render that sees a newer page begins again with it.
  if (page !== newest && unsaved.length === 0) {
    setPage(newest)
    setChanged(null)
    setEpoch(epoch + 1)
  }
  const parsed = policySchema.safeParse(policy, { error: issueWords })
  const errors = new Map<string, string>()
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const path = issue.path.join('.')
    if (!errors.has(path)) errors.set(path, issue.message)
  }
  return {
    page,
    policy,
    isClient,
    base,
    marks: findChanges(base, policy),
    unsaved,
    loosened: findLoosened(page.policy, policy),
    errors,
    epoch,
    isReadOnly: !page.canSave.can,
    set: (section, value) => setChanged((before) => ({ ...(before ?? page.policy), [section]: value })),
    discard() {
      setChanged(null)
      setPage(newest)
      setEpoch(epoch + 1)
    },
    adopt(next) {
      setChanged(null)
      setPage(next)
      setEpoch(epoch + 1)
    },
  }
}

/** What is stored: the whole policy for the standard, for a client only the sections that differ from it. */
export function documentOf({ isClient, policy, base }: Draft): Policy | Partial<Policy> {
  if (!isClient) return policy
  const inherited = new Map<string, unknown>(Object.entries(base))
  return Object.fromEntries(Object.entries(policy).filter(([section, value]) => !isSame(value, inherited.get(section))))
}
