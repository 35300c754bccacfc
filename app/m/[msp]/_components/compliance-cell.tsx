import { formatShare } from '@/components/format'

/** Compliance of all devices that are not retired; without a device there is no number. */
export function ComplianceCell({ counts }: { counts: { devices: number; compliant: number } }) {
  if (counts.devices === 0) return <span className="text-text-3">no data</span>
  return <span className="font-key text-text">{formatShare(counts.compliant / counts.devices)}</span>
}
