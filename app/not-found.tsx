import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { paths } from '@/server/paths'

/** Also what another company's page looks like. */
export default function NotFound() {
  return (
    <main className="mx-auto max-w-[1000px] px-6 py-24">
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
