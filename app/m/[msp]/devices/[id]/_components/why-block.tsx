'use client'
import { useState } from 'react'
import { useMsp } from '@/app/_trpc/client'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { DecidingFact, WhySentence } from '@/components/why-sentence'
import { paths } from '@/server/paths'
import { AskExceptionDialog } from '../../../_components/ask-exception-dialog'
import type { DevicePage } from './device-header'
import { RetryButton } from './retry-button'
import { TagsDialog } from './tags-dialog'

type Patch = DevicePage['missing'][number]
type WhyBlockProps = { page: DevicePage; patch: Patch }

/** The one framed block: why is this patch not on this device, what follows, one button, the ladder. */
export function WhyBlock({ page, patch }: WhyBlockProps) {
  const { why } = patch
  return (
    <WhySentence
      question={
        <>
          {why.mark === 'soaking' || why.mark === 'pending-reboot' ? 'How does ' : 'Why is '}
          <span className="mono">
            {patch.name} {patch.version}
          </span>
          {why.mark === 'soaking' || why.mark === 'pending-reboot' ? ' stand on this device?' : ' not on this device?'}
        </>
      }
      answer={why.answer.map((part, index) =>
        part.tone ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their order
          <DecidingFact key={index} tone={part.tone}>
            {part.text}
          </DecidingFact>
        ) : (
          part.text
        ),
      )}
      consequence={why.consequence}
      action={
        <span className="flex flex-wrap gap-2 max-wide:flex-col">
          <KeepOff page={page} patch={patch} />
          <Action page={page} patch={patch} />
        </span>
      }
      ladder={why.ladder.map(({ name, holds, decides }) => ({
        name,
        holds,
        decides: decides ? { mark: decides.mark, tone: ladderTone(decides.tone) } : undefined,
      }))}
    />
  )
}

/** A rung is tinted in one of the five voices that have a tint. */
function ladderTone(tone: Patch['why']['answer'][number]['tone']): 'ok' | 'warn' | 'fail' | 'back' | 'accent' {
  return tone === undefined || tone === 'text' || tone === 'mute' ? 'accent' : tone
}

/** Asks the client that it stays off here; nothing where it does already, or is in. */
function KeepOff({ page, patch }: WhyBlockProps) {
  const [isAsking, setIsAsking] = useState(false)
  const isIn = patch.why.mark === 'soaking' || patch.why.mark === 'pending-reboot'
  if (!page.can.askException.can || patch.rung === 'exception' || isIn) return null
  return (
    <>
      <Button variant="ghost" onClick={() => setIsAsking(true)}>
        Ask for an exception…
      </Button>
      {isAsking ? (
        <AskExceptionDialog
          isOpen
          onClose={() => setIsAsking(false)}
          patch={{ id: patch.patchId, name: patch.name, version: patch.version }}
          client={page.client}
          device={page.device}
          timeZone={page.client.timeZone}
          now={page.asOf}
        />
      ) : null}
    </>
  )
}

/** The one thing to do about it, or the place where it is done. */
function Action({ page, patch }: WhyBlockProps) {
  const { slug } = useMsp()
  const [isTagging, setIsTagging] = useState(false)
  if (patch.rung === 'exception')
    return <ButtonLink href={paths.exceptions(slug, { client: page.client.id })}>Open the exceptions</ButtonLink>
  if (patch.rung === 'hold') return <ButtonLink href={paths.holds(slug)}>Open the holds</ButtonLink>
  if (patch.retry?.can) return <RetryButton page={page} patchId={patch.patchId} retry={patch.retry} />
  if (patch.rung === 'pending' || patch.rung === 'reject' || patch.rung === 'defer')
    return <ButtonLink href={paths.patch(slug, patch.patchId)}>Decide about the patch</ButtonLink>
  if (!page.ring.hasTestDevice)
    return (
      <>
        <Button disabledReason={page.can.tag.can ? null : page.can.tag.reason} onClick={() => setIsTagging(true)}>
          Choose this as test device…
        </Button>
        <TagsDialog page={page} isOpen={isTagging} onClose={() => setIsTagging(false)} />
      </>
    )
  if (patch.rollout)
    return <ButtonLink href={paths.rollout(slug, patch.rollout.id)}>Open R-{patch.rollout.number}</ButtonLink>
  return <ButtonLink href={paths.patch(slug, patch.patchId)}>Open the patch</ButtonLink>
}
