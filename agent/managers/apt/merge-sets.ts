import type { UndoJudgement } from './judge-undo.ts'
import type { SimulatedInstall } from './parse-simulation.ts'

export interface JudgedSet {
  members: SimulatedInstall[]
  judgement: UndoJudgement
}

/** An order's set holds no more packages than this (`updateSet` of the wire). */
const maxMembers = 200

/**
 * Sets whose way back touches nothing but members of other sets go in and out together, where that is a way back: one pass, each
 * group of sets looked at once more as one (`judgeTogether`; a text = why they cannot go in as one). Else they stay apart, and the
 * reason says what stood against it.
 */
export async function mergeForWayBack(
  sets: readonly JudgedSet[],
  judgeTogether: (members: SimulatedInstall[]) => Promise<UndoJudgement | string>,
): Promise<JudgedSet[]> {
  const result: (JudgedSet | null)[] = [...sets]
  for (const places of groupByTouch(sets)) {
    const group = places.flatMap((place) => sets[place] ?? [])
    const [first] = places
    if (first === undefined || group.length < 2) continue
    const members = group.flatMap((set) => set.members)
    const judged = members.length > maxMembers ? `they are ${members.length} packages` : await judgeTogether(members)
    const why = typeof judged === 'string' ? judged : judged.undo.undoClass === 'none' ? judged.undo.undoReason : ''
    for (const place of places) {
      const set = sets[place]
      if (set) result[place] = why === '' ? null : explain(set, members, why)
    }
    if (why === '' && typeof judged !== 'string') result[first] = { members, judgement: judged }
  }
  return result.filter((set) => set !== null)
}

/** Places of sets that have to do with each other, each place in one group; a set that touches a stranger pulls in nobody. */
function groupByTouch(sets: readonly JudgedSet[]): number[][] {
  const ownerOf = new Map(sets.flatMap((set, place) => set.members.map(({ name }) => [name, place] as const)))
  const groupOf = sets.map((_, place) => place)
  for (const [place, set] of sets.entries()) {
    const owners = set.judgement.wayBack?.touched.map((name) => ownerOf.get(name)) ?? []
    if (owners.includes(undefined)) continue
    for (const owner of owners) {
      const [kept, dropped] = [groupOf[place], owner === undefined ? undefined : groupOf[owner]]
      if (kept === undefined || dropped === undefined) continue
      for (const [index, group] of groupOf.entries()) if (group === dropped) groupOf[index] = kept
    }
  }
  const groups = new Map<number, number[]>()
  for (const [place, group] of groupOf.entries()) groups.set(group, [...(groups.get(group) ?? []), place])
  return [...groups.values()]
}

function explain(set: JudgedSet, members: readonly SimulatedInstall[], why: string): JudgedSet {
  const { judgement } = set
  if (!judgement.wayBack || judgement.wayBack.touched.length === 0) return set
  const others = members.flatMap((member) => (set.members.includes(member) ? [] : member.name)).sort()
  const undoReason = `${judgement.undo.undoReason} Going together with ${others.slice(0, 3).join(', ')} does not help: ${why}`
  return { ...set, judgement: { ...judgement, undo: { ...judgement.undo, undoReason } } }
}
