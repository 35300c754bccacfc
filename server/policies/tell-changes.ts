import { changeLine, findChanges, isSame } from '../policy-changes/rules.ts'
import { sectionWords } from '../policy-words/rules.ts'
import { type Section, sectionsOf } from './rules.ts'
import type { Policy } from './schema.ts'

/** More lines than this nobody reads: what is left of those that loosen nothing is counted. */
const mostLines = 20

/**
 * What a save changes, for who signs it: "Test soak: 20 h → none". What loosens comes first and is never left out; a section that differs
 * in nothing the words know is named at least.
 */
export function tellChanges(before: Policy, after: Policy, loosened: readonly Section[]): string[] {
  const changes = findChanges(before, after)
  const unnamed = sectionsOf(after).filter(
    (section) => !isSame(before[section], after[section]) && !changes.some((change) => change.section === section),
  )
  const told = [
    ...changes.map((change) => ({ section: change.section, line: changeLine(change) })),
    ...unnamed.map((section) => ({ section, line: `Other ${sectionWords[section]}` })),
  ]
  const first = told.filter(({ section }) => loosened.includes(section))
  const others = told.filter(({ section }) => !loosened.includes(section))
  const shown = others.slice(0, Math.max(0, mostLines - first.length))
  const left = others.length - shown.length
  return [
    ...[...first, ...shown].map(({ line }) => line),
    ...(left > 0 ? [`and ${left} more, which loosen nothing`] : []),
  ]
}
