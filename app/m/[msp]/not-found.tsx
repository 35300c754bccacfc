import { PageBody, TopBar } from '@/components/app-shell'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { paths } from '@/server/paths'

/** A thing that does not exist looks the same as one of a client that the person may not see. */
export default function NotFound() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Not found' }]} />
      <PageBody>
        <EmptyState
          level={1}
          title="There is nothing at this address"
          lead="It may have been taken away, or it belongs to a client that you may not see."
        >
          <ButtonLink href={paths.home()}>Go to the overview</ButtonLink>
        </EmptyState>
      </PageBody>
    </>
  )
}
