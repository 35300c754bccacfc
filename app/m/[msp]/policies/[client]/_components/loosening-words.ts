import { formatList, plural } from '@/components/format'
import { rightToLoosen, type Section } from '@/server/policies/rules'
import { sectionWords } from '@/server/policy-words/rules'
import type { PolicyPage } from './use-draft'

export interface LooseningWords {
  /** Why this person may not save it. */
  refusal: string | null
  /** What is asked before it holds; null where nothing is loosened. */
  sentence: string | null
  /** A second person is asked, so a reason is wanted. */
  isAsked: boolean
}

/** What a change asks for that lets more in: said before it is saved. */
export function looseningWords(
  loosened: readonly Section[],
  { devices, clients, isAsked, refusals }: PolicyPage['loosening'],
): LooseningWords {
  if (loosened.length === 0) return { refusal: null, sentence: null, isAsked: false }
  const what = `This loosens the ${formatList(loosened.map((section) => sectionWords[section]))}`
  const missing = loosened.map((section) => refusals[rightToLoosen(section)]).find((reason) => reason !== undefined)
  const where = `${plural(devices, 'device', 'devices')} at ${plural(clients, 'client', 'clients')}`
  return {
    refusal: missing ? `${what}. ${missing}` : null,
    sentence: isAsked
      ? `${what} for ${where}: a second person reads the changes and your reason, and confirms them before they hold.`
      : `${what} for ${where}.`,
    isAsked,
  }
}
