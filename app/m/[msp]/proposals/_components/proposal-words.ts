import { formatCount, plural, pluralWord } from '@/components/format'
import type { Outputs } from '@/server/api/root'

export type ProposalsData = Outputs['proposals']['list']
export type OpenProposal = ProposalsData['open'][number]
export type EndedProposal = ProposalsData['ended'][number]

/** "devices at 3 clients get Chrome 128, ring by ring": what happens, after the number. */
export function whatWords({ devices, reach, title }: Pick<OpenProposal, 'devices' | 'reach' | 'title'>): string {
  const verb = devices === 1 ? title.replace(/^get /, 'gets ').replace(/^come /, 'comes ') : title
  return `${pluralWord(devices, 'device', 'devices')} at ${plural(reach.length, 'client', 'clients')} ${verb}`
}

/** The same as one line of a list. */
export const lineWords = (proposal: OpenProposal) => `${formatCount(proposal.devices)} ${whatWords(proposal)}`

/** How it ended, by whom. */
export function endWords(proposal: EndedProposal): string {
  switch (proposal.state) {
    case 'confirmed':
      return `Confirmed by ${proposal.decidedByName}`
    case 'rejected':
      return `Rejected by ${proposal.decidedByName}: ${proposal.decisionReason}`
    case 'withdrawn':
      return `Withdrawn by ${proposal.decidedByName}`
    case 'expired':
      return 'Ended by itself: nobody answered in four hours'
    case 'open':
      return 'Open'
  }
}
