import { formatSpelled } from '@/components/format'
import { CopyBlock } from '@/components/ui/copy-block'
import { linkMs } from '@/server/auth/rules'

/** How an installation's first owner gets in: by a link made on the machine itself. */
export function HowToGetALink() {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-text-2">In the folder of Patchward, on the machine that runs it, with your own address:</p>
      <CopyBlock
        text="npm run link -- you@example.com"
        foot={`Works once, within ${formatSpelled(linkMs)}, for people who exist.`}
      />
      <p className="text-detail text-text-3">
        Opened in a browser on that machine it signs in; elsewhere it asks for a second factor, or to add one. Somebody
        who is not known here yet is invited by their owner.
      </p>
    </div>
  )
}
