'use client'
import { CircleStop, MoreHorizontal, Pause, Play, SkipForward, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { DisabledReason } from '@/components/ui/disabled-reason'
import { Menu } from '@/components/ui/menu'
import { AbortDialog, PauseDialog, PromoteDialog, ResumeDialog, RollBackDialog } from './action-dialogs'
import type { Rollout } from './view-types'

type Verb = 'pause' | 'resume' | 'promote' | 'roll-back' | 'abort'

/** What a person can do to a rollout; what is closed says why, in the words of the rule that closes it. */
export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const [open, setOpen] = useState<Verb | null>(null)
  const { can, stop, rings } = rollout
  const isPaused = stop !== null && rollout.state === 'running'
  const ring = rings.find((one) => one.position === rollout.currentPosition)
  const verbs = [
    isPaused
      ? { verb: 'resume' as const, word: 'Resume…', can: can.resume, icon: <Play size={14} aria-hidden /> }
      : { verb: 'pause' as const, word: 'Pause…', can: can.pause, icon: <Pause size={14} aria-hidden /> },
    {
      verb: 'promote' as const,
      word: ring ? `Promote ${ring.name}…` : 'Promote…',
      can: can.promote,
      icon: <SkipForward size={14} aria-hidden />,
    },
    { verb: 'roll-back' as const, word: 'Roll back…', can: can.rollBack, icon: <Undo2 size={14} aria-hidden /> },
  ]
  const reasons = [...new Set(verbs.flatMap((one) => (one.can.can ? [] : [one.can.reason])))]
  const reasonId = (reason: string) => `closed-${reasons.indexOf(reason)}`
  const dialogOf = (verb: Verb) => ({
    rollout,
    isOpen: open === verb,
    onOpenChange: (isOpen: boolean) => setOpen(isOpen ? verb : null),
  })
  return (
    <div className="flex flex-col items-end gap-2 max-wide:items-stretch">
      <div className="flex flex-wrap items-start justify-end gap-2 max-wide:[&>button:not([aria-haspopup=menu])]:flex-1">
        {verbs.map((one) => (
          <Button
            key={one.verb}
            variant={one.verb === 'roll-back' ? 'danger-outline' : 'secondary'}
            icon={one.icon}
            disabledReason={one.can.can ? null : one.can.reason}
            reasonPlacement="none"
            reasonId={one.can.can ? undefined : reasonId(one.can.reason)}
            onClick={() => setOpen(one.verb)}
          >
            {one.word}
          </Button>
        ))}
        <Menu
          trigger={<MoreHorizontal size={16} aria-hidden />}
          label="More actions"
          isIconOnly
          entries={[
            {
              label: 'Abort…',
              icon: <CircleStop size={14} aria-hidden />,
              isDanger: can.abort.can,
              disabledReason: can.abort.can ? null : can.abort.reason,
              onSelect: () => setOpen('abort'),
            },
          ]}
        />
      </div>
      {reasons.map((reason) => (
        <DisabledReason key={reason} id={reasonId(reason)} className="max-w-[440px] max-wide:max-w-none">
          {reasonWords(
            reason,
            verbs.filter((one) => !one.can.can && one.can.reason === reason).map((one) => one.word),
            reasons.length,
          )}
        </DisabledReason>
      ))}
      <PauseDialog {...dialogOf('pause')} />
      <ResumeDialog {...dialogOf('resume')} />
      <PromoteDialog {...dialogOf('promote')} />
      <RollBackDialog {...dialogOf('roll-back')} />
      <AbortDialog {...dialogOf('abort')} />
    </div>
  )
}

/** Names the buttons only when more than one reason stands there, and never twice. */
function reasonWords(reason: string, words: readonly string[], reasonCount: number): string {
  if (reasonCount === 1 || reason.startsWith('Promote')) return reason
  return `${words.map((word) => word.replace('…', '')).join(', ')}: ${reason}`
}
