import { redirect } from 'next/navigation'
import { EmptyState } from '@/components/ui/empty-state'
import { membershipsOf } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { SignOutButton } from './_components/sign-out-button'

/** The way home: one's first MSP, which knows whether that is the console or the portal. */
export default async function Home() {
  const signedIn = await findSignedIn()
  if (!signedIn) redirect(paths.signIn())
  const [first] = await membershipsOf(signedIn.userId)
  if (first) redirect(paths.msp(first.slug))
  return (
    <main className="mx-auto max-w-[1000px] px-6 py-24">
      <EmptyState
        level={1}
        title="You do not belong to a company here yet"
        lead={`You are signed in as ${signedIn.email}. An owner of your company adds you as a member; then this page takes you there.`}
      >
        <SignOutButton />
      </EmptyState>
    </main>
  )
}
