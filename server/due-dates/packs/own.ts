import type { RulePack } from './form.ts'

export const ownPackId = 'own'

/** What the company asks of itself: the due days of the policy in force. Always there beside the packs that are chosen. */
export const ownPack = (dueDays: number): RulePack => ({
  id: ownPackId,
  version: '1',
  title: 'The policy',
  source: { document: 'The policy of this client', section: 'Timing', date: '' },
  clockStart: 'the release by the vendor',
  unknown: null,
  rules: [
    {
      when: { classification: ['security', 'critical'] },
      within: { days: dueDays },
      sentence: `Security and critical patches: ${dueDays} ${dueDays === 1 ? 'day' : 'days'}.`,
    },
  ],
})
