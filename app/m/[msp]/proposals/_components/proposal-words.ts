import { formatCount, formatTime, plural, pluralWord } from '@/components/format'
import type { Outputs } from '@/server/api/root'
import { proposalTime } from '@/server/proposals/rules'

export type ProposalsData = Outputs['proposals']['list']
export type OpenProposal = ProposalsData['open'][number]
export type EndedProposal = ProposalsData['ended'][number]

/** "devices at 3 clients get Chrome 128, ring by ring": what happens, after the number. */
export function whatWords({ devices, reach, title }: Pick<OpenProposal, 'devices' | 'reach' | 'title'>): string {
  const verb = devices === 1 ? title.replace(/^(get|come) /, '$1s ').replace(/^go /, 'goes ') : title
  return `${pluralWord(devices, 'device', 'devices')} at ${plural(reach.length, 'client', 'clients')} ${verb}`
}

/** The same as one line of a list. */
export const lineWords = (proposal: OpenProposal) =>
  proposal.devices === 0
    ? `No device is left that would ${proposal.title}`
    : `${formatCount(proposal.devices)} ${whatWords(proposal)}`

/** Who asked, when and why, and where the devices are. */
export function askedWords({ proposedByName, proposedAt, reason, reach }: OpenProposal, timeZone: string): string {
  const asked = `${proposedByName} asked at ${formatTime(proposedAt, timeZone)}`
  const names = reach.map((one) => `${one.name} ${formatCount(one.devices)}`).join(', ')
  return [reason ? `${asked}: ${reason.replace(/\.$/, '')}.` : `${asked}.`, names && `${names}.`]
    .filter(Boolean)
    .join(' ')
}

/** How it ended, by whom. */
export function endWords(proposal: EndedProposal): string {
  switch (proposal.state) {
    case 'confirmed':
      return `Confirmed by ${proposal.decidedByName}`
    case 'rejected':
      return `Rejected by ${proposal.decidedByName}: ${proposal.decisionReason}`
    case 'withdrawn':
      return [proposal.decidedByName ? `Withdrawn by ${proposal.decidedByName}` : 'Withdrawn', proposal.decisionReason]
        .filter(Boolean)
        .join(': ')
    case 'replaced':
      return proposal.decidedByName ? `Asked for anew by ${proposal.decidedByName}` : 'Asked for anew'
    case 'expired':
      return `Ended by itself: nobody answered in ${proposalTime}`
    case 'open':
      return 'Open'
  }
}
