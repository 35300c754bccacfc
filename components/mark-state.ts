/** Every state that has a drawing of its own. */
export type MarkState =
  | 'missing'
  | 'approved'
  | 'scheduled'
  | 'staged'
  | 'installing'
  | 'installed'
  | 'pending-reboot'
  | 'failed'
  | 'rolled-back'
  | 'held'
  | 'excepted'
  | 'not-applicable'
  | 'no-data'
  | 'soaking'
  | 'asking'
  | 'past-due'
  | 'missed-window'
  | 'second-person'
  | 'event'

/** The five voices of a status, and `accent` for what moves. */
export type Tone = 'ok' | 'warn' | 'fail' | 'back' | 'mute' | 'accent' | 'text'

/** The word of each state as people read it; an event has none. */
export const markWords: Record<MarkState, string> = {
  missing: 'Missing',
  approved: 'Approved',
  scheduled: 'Scheduled',
  staged: 'Staged',
  installing: 'Installing',
  installed: 'Installed',
  'pending-reboot': 'Pending reboot',
  failed: 'Failed',
  'rolled-back': 'Rolled back',
  held: 'Held',
  excepted: 'Excepted',
  'not-applicable': 'Not applicable',
  'no-data': 'No data',
  soaking: 'Soaking',
  asking: 'Wants a person',
  'past-due': 'Past due',
  'missed-window': 'Missed window',
  'second-person': 'Second person',
  event: '',
}

// The word is coloured only where a person has to look; everywhere else shape and word are enough.
const wordTones: Partial<Record<MarkState, Tone>> = {
  failed: 'fail',
  'past-due': 'fail',
  'rolled-back': 'back',
  held: 'back',
  'pending-reboot': 'warn',
}

/** The colour of the word beside a mark; `text` for most. */
export function wordTone(state: MarkState): Tone {
  return wordTones[state] ?? 'text'
}

/** The text colour class of a tone. */
export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  fail: 'text-fail',
  back: 'text-back',
  mute: 'text-mute',
  accent: 'text-accent',
  text: 'text-text',
}
