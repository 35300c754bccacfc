import { plural } from '@/components/format'
import type { MarkState } from '@/components/mark-state'
import type { Outputs } from '@/server/api/root'
import { sayReach } from '@/server/exceptions/rules'

export type ExceptionLine = Outputs['exceptions']['list']['rows'][number]

/** "lab-svc 2.0", "every version of lab-svc". */
export const keptOffWords = ({ patch, isAllVersions }: Pick<ExceptionLine, 'patch' | 'isAllVersions'>) =>
  isAllVersions ? `every version of ${patch.name}` : `${patch.name} ${patch.version}`

/** "all computers, 12 now", "ws-12". */
export function reachWords({ device, tag, computers }: Pick<ExceptionLine, 'device' | 'tag' | 'computers'>): string {
  const reach = sayReach({ hostName: device?.hostName ?? null, tag })
  return device ? reach : `${reach}, ${plural(computers, 'device', 'devices')} now`
}

export const stateWords: Record<ExceptionLine['state'], { mark: MarkState; word: string }> = {
  asked: { mark: 'asking', word: 'Waits for an answer' },
  'in-force': { mark: 'scheduled', word: 'In force' },
  refused: { mark: 'event', word: 'Refused' },
  ended: { mark: 'event', word: 'Ended' },
  expired: { mark: 'event', word: 'Expired' },
}

/** What became of it, or whose turn it is. */
export function standingWords(line: ExceptionLine): string {
  switch (line.state) {
    case 'asked':
      return line.asked.from === 'msp' ? `Waits for ${line.client.name} to sign it off` : 'Waits for your answer'
    case 'in-force':
      return line.asked.from === 'msp'
        ? `Signed off by ${line.answer?.by ?? ''}`
        : `Accepted by ${line.answer?.by ?? ''}`
    case 'refused':
      return `Refused by ${line.answer?.by ?? ''}: ${line.answer?.reason ?? ''}`
    case 'ended':
      return `Ended by ${line.ended?.by ?? ''}: ${line.ended?.reason ?? ''}`
    case 'expired':
      return line.answer ? 'Its last day is over' : 'Nobody answered before its last day'
  }
}
