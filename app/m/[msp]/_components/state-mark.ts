import type { MarkState, Tone } from '@/components/mark-state'
import type { Outputs } from '@/server/api/root'

type Kind = Outputs['rollouts']['list']['rows'][number]['words']['kind']

/** The mark and the voice of a rollout's state. */
export const stateMarks: Record<Kind, { mark: MarkState; tone: Tone }> = {
  running: { mark: 'installing', tone: 'accent' },
  soaking: { mark: 'soaking', tone: 'accent' },
  asking: { mark: 'asking', tone: 'warn' },
  paused: { mark: 'held', tone: 'back' },
  scheduled: { mark: 'scheduled', tone: 'accent' },
  finished: { mark: 'installed', tone: 'text' },
  'taken-back': { mark: 'rolled-back', tone: 'back' },
  aborted: { mark: 'held', tone: 'back' },
}
