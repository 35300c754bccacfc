import type { Standing } from './lane-types'
import { StatusMark } from './status-mark'

/** What stands now, right of a lane: words, or the countdown in working time with its bar. */
export function StandingView({ standing }: { standing: Standing }) {
  if (standing.kind === 'countdown') {
    return (
      <div>
        <p>
          <span className="font-semibold text-countdown text-text">{standing.left}</span>
          <span className="pl-2 text-text-3">{standing.unit}</span>
        </p>
        <div aria-hidden className="mt-1.5 h-1 overflow-hidden rounded-bar bg-accent-soft">
          <div className="h-full bg-accent" style={{ width: `${Math.min(1, standing.share) * 100}%` }} />
        </div>
        <p className="pt-1.5 text-detail text-text-3">{standing.sentence}</p>
      </div>
    )
  }
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2">
      {standing.mark ? <StatusMark state={standing.mark} size={14} className="mt-[3px]" /> : <span />}
      <div>
        <p className="font-key text-text">{standing.title}</p>
        {standing.lines?.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines keep their order
          <p key={index} className="pt-0.5 text-detail text-text-3">
            {line}
          </p>
        ))}
      </div>
    </div>
  )
}
