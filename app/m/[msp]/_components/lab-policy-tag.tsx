import { Tag } from '@/components/ui/tag'

/** Stands on every page of a client that runs on the lab's policy: its times are no promise for real machines. */
export function LabPolicyTag({ isLab }: { isLab: boolean }) {
  return isLab ? <Tag>Lab policy</Tag> : null
}
