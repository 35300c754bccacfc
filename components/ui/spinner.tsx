/** The only thing that loops: a turning arc inside a pressed button. */
export function Spinner({ size = 14 }: { size?: number }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" width={size} height={size} fill="none" className="animate-spin">
      <path d="M8 2.2a5.8 5.8 0 1 0 5.8 5.8" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  )
}
