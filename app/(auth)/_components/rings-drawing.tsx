const lanes = [
  { y: 70, x: 66, boxes: ['full', 'full'], isPassed: true, opacity: 1 },
  { y: 190, x: 220, boxes: ['full', 'open'], isPassed: false, opacity: 1 },
  { y: 310, x: 378, boxes: ['ahead', 'ahead'], isPassed: false, opacity: 0.5 },
] as const

/** Three rings at three times, and now: the picture of a rollout. Decoration. */
export function RingsDrawing() {
  return (
    <svg aria-hidden viewBox="0 -30 600 450" className="w-full" fill="none" strokeWidth="2">
      {[10, 130, 250, 370].map((y) => (
        <path key={y} d={`M0 ${y}h600`} stroke="currentColor" strokeWidth="1" opacity="0.14" />
      ))}
      {lanes.map(({ y, x, boxes, isPassed, opacity }) => (
        <g key={y} stroke="currentColor" opacity={opacity}>
          <path d={`M${x + 14} ${y}h140`} strokeWidth="3" />
          <rect
            x={x}
            y={y - 30}
            width="13"
            height="60"
            rx="2"
            fill={boxes[0] === 'full' ? 'currentColor' : 'var(--panel)'}
          />
          {boxes.map((box, index) => (
            <rect
              // The two boxes of a lane never change places.
              // biome-ignore lint/suspicious/noArrayIndexKey: fixed drawing
              key={index}
              x={x + 40 + index * 58}
              y={y - 11}
              width="37"
              height="22"
              rx="4"
              fill={box === 'full' ? 'currentColor' : 'var(--panel)'}
              strokeDasharray={box === 'ahead' ? '5 3' : undefined}
            />
          ))}
          <path
            d={`M${x + 146} ${y}l17-17 17 17-17 17z`}
            fill={isPassed ? 'currentColor' : 'var(--panel)'}
            strokeLinejoin="round"
          />
          {isPassed ? <path d={`M${x + 156} ${y}l5 5 9-10`} stroke="var(--panel)" strokeWidth="3" /> : null}
        </g>
      ))}
      <path d="M292 -18v426" className="stroke-[light-dark(var(--accent-line),var(--accent))]" strokeWidth="3" />
      <circle cx="292" cy="-18" r="5" className="fill-[light-dark(var(--accent-line),var(--accent))]" />
    </svg>
  )
}
