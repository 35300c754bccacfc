import type { Metadata } from 'next'
import { ButtonLink } from '@/components/ui/button-link'
import { paths } from '@/server/paths'

export const metadata: Metadata = { title: 'Invitation' }

/** For who has a way in already: the mail made them a member, and their own factor lets them in. */
export default function InvitationAcceptedPage() {
  return (
    <>
      <h1 className="font-semibold text-title">You belong to the company now</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">
        Sign in the way you always do. Companies are switched in the menu at your name.
      </p>
      <ButtonLink variant="primary" href={paths.signIn()}>
        Go to the sign-in page
      </ButtonLink>
    </>
  )
}
