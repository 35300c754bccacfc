import type { PackRule, RulePack } from './form.ts'

const source = {
  document: 'Essential Eight Maturity Model (Australian Signals Directorate)',
  section: 'Patch applications, patch operating systems',
  date: 'November 2023',
}
const clockStart = 'the release of the patch, or of another mitigation by the vendor'
/** Where the model asks by facts that are not known, what counts is the stricter side: a date too early is seen, one too late is not. */
const unread =
  'Not known yet: which vulnerabilities are exploited (only “critical” counts), which devices and services face the internet, and what kind of software a patch is for. So the shortest time of the level counts for every device'

const fixes = ['security', 'critical']
const urgent: PackRule = {
  when: { classification: fixes, severity: ['critical'] },
  within: { hours: 48 },
  sentence: 'What the vendor calls critical: 48 hours.',
}
const other: PackRule = {
  when: { classification: fixes },
  within: { days: 14 },
  sentence: 'Every other security update: two weeks.',
}

export const essentialEight1: RulePack = {
  id: 'essential-eight-ml1',
  version: '2023-11',
  title: 'Essential Eight ML1',
  ...{ source, clockStart },
  unknown: `${unread}, also where the level allows one month (operating systems that face no internet).`,
  rules: [urgent, other],
}

export const essentialEight2: RulePack = {
  id: 'essential-eight-ml2',
  version: '2023-11',
  title: 'Essential Eight ML2',
  ...{ source, clockStart },
  unknown: `${unread}, also where the level allows one month (other applications, operating systems that face no internet).`,
  rules: [urgent, other],
}

export const essentialEight3: RulePack = {
  id: 'essential-eight-ml3',
  version: '2023-11',
  title: 'Essential Eight ML3',
  ...{ source, clockStart },
  unknown: `${unread}. A driver counts as a fix whether or not it has a severity. That only the newest or the former release of a system is used is not looked at here.`,
  rules: [
    urgent,
    other,
    {
      when: { classification: ['driver'], severity: ['critical'] },
      within: { hours: 48 },
      sentence: 'Drivers that the vendor calls critical: 48 hours.',
    },
    { when: { classification: ['driver'] }, within: { months: 1 }, sentence: 'Other drivers: one month.' },
  ],
}
