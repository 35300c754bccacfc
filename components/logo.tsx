/** The sign of the product: lanes of different length on a rounded square. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" width={size} height={size} fill="none" className="shrink-0">
      <rect width="20" height="20" rx="5" fill="var(--text)" />
      <path d="M4.5 6.3h3.6M4.5 10h6M4.5 13.7h11" stroke="var(--canvas)" strokeWidth="1.9" strokeLinecap="round" />
    </svg>
  )
}
