import type { RulePack } from './form.ts'

export const pciDss: RulePack = {
  id: 'pci-dss',
  version: '4.0.1',
  title: 'PCI DSS',
  source: { document: 'PCI DSS v4.0.1', section: 'Requirement 6.3.3', date: 'June 2024' },
  clockStart: 'the release of the patch',
  unknown:
    'Critical is what the vendor calls so. Requirement 6.3.1 wants a ranking of your own for all else: the rule of the policy dates it.',
  rules: [
    {
      when: { severity: ['critical'] },
      within: { months: 1 },
      sentence: 'What the vendor calls critical: one month.',
    },
  ],
}
