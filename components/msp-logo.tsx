import { cn } from './cn'

/** The logo of an MSP: at most 130 x 36, as on paper. Made for white: by night it stands on a white ground, lest a dark one be lost. */
export function MspLogo({ src, alt, className }: { src: string; alt: string; className?: string }) {
  return (
    // The file is small, private and has its own address by its hash: nothing is left to optimise.
    // biome-ignore lint/performance/noImgElement: next/image would ask for it without a session.
    <img
      src={src}
      alt={alt}
      className={cn('max-h-11 max-w-[138px] rounded-control bg-paper p-1 object-contain', className)}
    />
  )
}
