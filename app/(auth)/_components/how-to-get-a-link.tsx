import { CopyBlock } from '@/components/ui/copy-block'

/** The one way in: a link made on the machine itself. */
export function HowToGetALink() {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-text-2">In the folder of Patchward, on the machine that runs it, with your own address:</p>
      <CopyBlock text="npm run link -- you@example.com" foot="Works once, within 15 minutes, for people who exist." />
      <p className="text-detail text-text-3">
        Open the link in a browser on that machine. There is no password to know and none to lose; somebody who is not
        known here yet is added by their owner.
      </p>
    </div>
  )
}
