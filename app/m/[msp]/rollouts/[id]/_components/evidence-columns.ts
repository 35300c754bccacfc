import type { Ring } from './view-types'

/** Grid columns of the evidence: the patch, one a ring, the verdict. The ring at work has the longest sentences, a passed one the shortest. */
export function evidenceColumns(rings: readonly Ring[], currentPosition: number | null): string {
  const shareOf = (ring: Ring) => (ring.position === currentPosition ? 1.6 : ring.phase === 'passed' ? 0.85 : 1)
  const columns = rings.map((ring) => `minmax(132px,${shareOf(ring)}fr)`)
  return `minmax(180px,1.3fr) ${columns.join(' ')} minmax(150px,0.8fr)`
}
