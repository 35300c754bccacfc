'use client'
import { useEffect, useRef } from 'react'

/** What a device or its package manager printed, as text and nothing else. Begins at its end, where the cause stands; scrolls by keyboard. */
export function RawOutput({
  text,
  label,
  isFromStart = false,
}: {
  text: string
  label: string
  isFromStart?: boolean
}) {
  const well = useRef<HTMLElement>(null)
  useEffect(() => {
    if (well.current && !isFromStart) well.current.scrollTop = well.current.scrollHeight
  }, [isFromStart])
  return (
    <section
      ref={well}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      // Sixteen whole lines: at its end no line is cut through.
      className="max-h-[266px] overflow-auto rounded-control border border-line bg-well px-3 pb-2"
    >
      <pre className="mono whitespace-pre-wrap break-words pt-2 text-detail text-text-2">{text}</pre>
    </section>
  )
}
