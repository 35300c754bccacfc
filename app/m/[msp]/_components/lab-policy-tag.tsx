import { Tag } from '@/components/ui/tag'

/** Stands on every page of a client that runs on the lab's policy: its times are no promise for real machines. */
export function LabPolicyTag({ isLab }: { isLab: boolean }) {
  return isLab ? <Tag className="shrink-0">Lab policy</Tag> : null
}

/** The same in a column of a table, where a line has no room for both words between 900 and 1240 px. */
export function LabPolicyMark({ isLab }: { isLab: boolean }) {
  return isLab ? (
    <Tag className="shrink-0">
      <span>
        Lab<span className="wide:max-[1239px]:sr-only"> policy</span>
      </span>
    </Tag>
  ) : null
}
