import { Logo } from '@/components/logo'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { paths } from '@/server/paths'

/** Also what another company's page looks like. */
export default function NotFound() {
  return (
    <main className="mx-auto flex max-w-[1000px] flex-col gap-12 px-6 py-10 max-wide:px-4">
      <a href={paths.home()} className="flex h-8 items-center gap-2 self-start font-section text-section">
        <Logo />
        Patchward
      </a>
      <EmptyState
        level={1}
        title="There is nothing at this address"
        lead="It may have been taken away, or it belongs to a company or client that you may not see."
      >
        <ButtonLink href={paths.home()}>Go to the overview</ButtonLink>
      </EmptyState>
    </main>
  )
}
