import { plural } from '@/components/format'
import { proposalTime } from '@/server/proposals/rules'

/** The toast for a verb whose answer says that it was only proposed; null when it was done. */
export function proposedWords(answer: unknown): { title: string; detail: string } | null {
  if (!isProposed(answer)) return null
  return {
    title: 'A second person is asked',
    detail: `${plural(answer.devices, 'device', 'devices')} at ${plural(answer.clients, 'client', 'clients')}; nothing was sent. It stands under Proposals for ${proposalTime}.`,
  }
}

function isProposed(answer: unknown): answer is { kind: 'proposed'; devices: number; clients: number } {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'proposed'
}
