import type { Outputs } from '@/server/api/root'
import type { People, Viewer } from '@/server/members/rules'

export type MemberList = Outputs['members']['list']
export type Person = MemberList['people'][number]
export type Invitation = MemberList['invitations'][number]

/** What the rules ask about who looks at the page, and about the company. */
export interface Standing {
  viewer: Viewer
  people: People
}

/** What may be done with a person: each opens a dialog, except letting them in again. */
export type PersonVerb = 'change' | 'suspend' | 'reset' | 'transfer' | 'remove'
