/** What a gate knows of a device, in the order in which it is drawn. */
export type EvidenceKind = 'succeeded' | 'pending-reboot' | 'rolled-back' | 'failed' | 'silent' | 'to-report'

/** How many devices of each kind; what is left out is none. */
export type Evidence = Partial<Record<EvidenceKind, number>>

export const evidenceOrder: readonly EvidenceKind[] = [
  'succeeded',
  'pending-reboot',
  'rolled-back',
  'failed',
  'silent',
  'to-report',
]

/** Up to this many devices each has its own cell. */
export const mostCells = 40

/** One kind per device, in drawing order. */
export function evidenceCells(evidence: Evidence): EvidenceKind[] {
  return evidenceOrder.flatMap((kind) => Array.from({ length: evidence[kind] ?? 0 }, () => kind))
}

/** All devices of a gate. */
export function evidenceTotal(evidence: Evidence): number {
  return evidenceOrder.reduce((sum, kind) => sum + (evidence[kind] ?? 0), 0)
}

/** Width of each kind in percent of all; kinds without devices are left out. */
export function evidenceShares(evidence: Evidence): { kind: EvidenceKind; percent: number }[] {
  const total = evidenceTotal(evidence)
  if (total === 0) return []
  return evidenceOrder
    .map((kind) => ({ kind, percent: ((evidence[kind] ?? 0) / total) * 100 }))
    .filter((share) => share.percent > 0)
}
