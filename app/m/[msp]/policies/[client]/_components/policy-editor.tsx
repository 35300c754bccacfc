'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { formatDate, plural } from '@/components/format'
import { DottedLine, PageHeader } from '@/components/page-header'
import { Button } from '@/components/ui/button'
import { LabPolicyTag } from '../../../_components/lab-policy-tag'
import { EffectPanel } from './effect-panel'
import { GateSection } from './gate-section'
import { ProbesSection } from './probes-section'
import { RingsSection } from './rings-section'
import { RulesSection } from './rules-section'
import { SavePolicyDialog } from './save-policy-dialog'
import { SafetySection, TimingSection } from './timing-section'
import { type Draft, useDraft } from './use-draft'
import { WindowsSection } from './windows-section'

/** The MSP's standard (null) or a client's policy: every value, where it comes from, and what a change would do. */
export function PolicyEditor({ clientId }: { clientId: string | null }) {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.policies.get.queryOptions({ clientId }))
  const draft = useDraft(data)
  const { page, unsaved, epoch } = draft
  const isDirty = unsaved.length > 0
  useEffect(() => {
    if (!isDirty) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty])
  return (
    <>
      <PageHeader
        over={<DottedLine facts={headFacts(draft)} />}
        title={page.client ? `Policy of ${page.client.name}` : page.standardName}
        meta={<LabPolicyTag isLab={draft.policy.isLab} />}
        actions={
          <>
            {isDirty ? (
              <Button variant="ghost" onClick={draft.discard}>
                Discard
              </Button>
            ) : null}
            <SavePolicyDialog draft={draft} />
          </>
        }
      />
      {data.version !== page.version ? (
        <p role="status" className="rounded-panel border border-warn-fill bg-warn-soft px-4 py-3 text-text-2">
          Version {data.version} was saved meanwhile. Your changes are still here, on version {page.version}.{' '}
          <button type="button" className="link" onClick={() => draft.adopt(data)}>
            Load version {data.version} and drop them
          </button>
        </p>
      ) : null}
      <div className="grid gap-x-8 gap-y-8 min-[1240px]:grid-cols-[minmax(0,1fr)_320px]">
        <div key={epoch} className="flex min-w-0 flex-col gap-7">
          <RingsSection draft={draft} />
          <GateSection draft={draft} />
          <WindowsSection draft={draft} />
          <RulesSection draft={draft} />
          <TimingSection draft={draft} />
          <SafetySection draft={draft} />
          <ProbesSection draft={draft} />
        </div>
        <aside aria-label="Effect">
          <div className="min-[1240px]:sticky min-[1240px]:top-6">
            <EffectPanel draft={draft} />
          </div>
        </aside>
      </div>
    </>
  )
}

function headFacts({ page, marks, isClient }: Draft) {
  const version =
    page.version === 0
      ? isClient
        ? `Follows ${page.standardName}, ${page.standardVersion === 0 ? 'as delivered' : `version ${page.standardVersion}`}`
        : 'As delivered, never changed'
      : `Version ${page.version} is in force${page.since ? ` since ${formatDate(page.since, page.zone, page.asOf)}` : ''}`
  const differs = !isClient
    ? null
    : marks.length === 0
      ? `nothing differs from ${page.standardName}`
      : `${plural(marks.length, 'value differs', 'values differ')} from ${page.standardName}`
  return [version, differs]
}
