import type { RulePack } from './form.ts'

export const cyberEssentials: RulePack = {
  id: 'cyber-essentials',
  version: '3.3',
  title: 'Cyber Essentials',
  source: {
    document: 'Cyber Essentials: Requirements for IT Infrastructure v3.3',
    section: 'Security update management (A6.4, A6.5)',
    date: '27 April 2026',
  },
  clockStart: 'the release of the update by the vendor',
  unknown:
    'CVSS scores are not known yet: the vendor’s severity counts. An update that mends several faults has the severity of the worst.',
  rules: [
    {
      when: { severity: ['critical', 'important'] },
      within: { days: 14 },
      sentence: 'What the vendor calls critical or high (important): 14 days.',
    },
    {
      // The requirement says so itself: no details of the severity count as the highest.
      when: { classification: ['security', 'critical'], severity: ['unknown'] },
      within: { days: 14 },
      sentence: 'A security update without a severity: 14 days too.',
    },
  ],
}
