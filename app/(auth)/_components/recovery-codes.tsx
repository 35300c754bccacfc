'use client'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'

/** The ten codes, the one time they are shown. */
export function RecoveryCodes({ codes, verb, onDone }: { codes: readonly string[]; verb: string; onDone: () => void }) {
  const text = codes.join('\n')
  return (
    <div className="flex flex-col gap-5">
      <p className="text-body text-text-2">
        Keep these where you will find them without your phone. Each stands in for your second factor once. They are not
        shown again.
      </p>
      <ol className="mono grid grid-cols-2 gap-x-6 gap-y-2 rounded-panel border border-line-strong bg-well px-5 py-4 text-body text-text max-[400px]:grid-cols-1">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" size="touch" onClick={onDone}>
          {verb}
        </Button>
        <CopyButton text={text} label="Copy all" className="h-11 px-4" />
      </div>
    </div>
  )
}
