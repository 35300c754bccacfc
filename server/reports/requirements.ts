/** What somebody who is asked for evidence of patching is asked by, in its own words or close to them, and which numbers of a report speak to it. */
export interface Requirement {
  id: string
  name: string
  section: string
  /** What it asks for. */
  asks: string
  /** Where that stands. */
  source: string
  shows: readonly EvidenceKind[]
  /** A rule pack that says the same as dates, by the title under which a report names it. */
  pack?: string
}
export type EvidenceKind = 'standing' | 'in-time' | 'time-taken' | 'taken-back' | 'frozen'

export const requirements: readonly Requirement[] = [
  {
    id: 'hipaa',
    name: 'HIPAA Security Rule',
    section: '164.308(a)(5)(ii)(B), protection from malicious software',
    asks: 'Procedures for guarding against, detecting, and reporting malicious software.',
    source: '45 CFR 164.308(a)(5)(ii)(B)',
    shows: ['standing', 'time-taken', 'frozen'],
  },
  {
    id: 'gdpr',
    name: 'GDPR',
    section: 'Article 32(1)(b) and (d), security of processing',
    asks: 'The ability to ensure the ongoing confidentiality, integrity, availability and resilience of systems, and a process for regularly testing, assessing and evaluating the effectiveness of the measures.',
    source: 'Regulation (EU) 2016/679, Article 32',
    shows: ['standing', 'taken-back', 'frozen'],
  },
  {
    id: 'cyber-essentials',
    name: 'Cyber Essentials',
    section: 'Security update management (A6.4, A6.5)',
    asks: 'Updates that mend what the vendor calls critical or high risk, or does not rate, are installed within 14 days of their release.',
    source: 'Cyber Essentials: Requirements for IT Infrastructure v3.3',
    shows: ['in-time', 'standing'],
    pack: 'Cyber Essentials',
  },
  {
    id: 'essential-eight',
    name: 'Essential Eight',
    section: 'Patch applications, patch operating systems',
    asks: 'Patches are applied within 48 hours, two weeks or one month of their release, by what they mend, where they run and the maturity level.',
    source: 'Essential Eight Maturity Model, November 2023',
    shows: ['in-time', 'time-taken', 'standing'],
    pack: 'Essential Eight',
  },
]
