'use client'

import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** A page that failed to load. The digest finds the fault in the log of the web process. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="mx-auto max-w-[1000px] px-6 py-24">
      <EmptyState
        level={1}
        title="This page could not be loaded"
        lead={
          <>
            Nothing was changed. Try again; if it stays so, look into the log of the web process
            {error.digest ? (
              <>
                {' '}
                for <span className="mono">{error.digest}</span>
              </>
            ) : null}
            .
          </>
        }
      >
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </EmptyState>
    </main>
  )
}
