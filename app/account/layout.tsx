import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Logo } from '@/components/logo'
import { parseTheme, themeCookieName } from '@/components/theme'
import { ThemeToggle } from '@/components/theme-toggle'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { SignOutButton } from '../_components/sign-out-button'
import { StepUpDialog } from '../_components/step-up-dialog'

/** One's own pages: the same in every company, and for people who belong to none. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const signedIn = await findSignedIn()
  if (!signedIn) redirect(paths.signIn())
  const theme = parseTheme((await cookies()).get(themeCookieName)?.value)
  return (
    <div className="min-h-dvh">
      <header className="flex h-14 items-center justify-between gap-4 border-line border-b px-8 max-wide:px-4">
        <a href={paths.home()} className="flex items-center gap-2 rounded-control font-section text-section">
          <Logo size={22} />
          Back to Patchward
        </a>
        <div className="flex items-center gap-2">
          <ThemeToggle theme={theme} />
          <SignOutButton />
        </div>
      </header>
      <main className="mx-auto flex max-w-[860px] flex-col gap-9 px-8 pt-8 pb-20 max-wide:px-4 max-wide:pt-5">
        {children}
      </main>
      <StepUpDialog />
    </div>
  )
}
