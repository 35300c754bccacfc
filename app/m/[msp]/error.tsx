'use client'

import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { errorCodeOf } from '@/app/_trpc/query-client'
import { PageBody, TopBar } from '@/components/app-shell'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void }

/** A page of the console that failed, with the sidebar still there. An answer of ours is shown in its own words. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const queries = useQueryErrorResetBoundary()
  const isAnswer = errorCodeOf(error) !== null
  return (
    <>
      <TopBar crumbs={[{ label: 'Not loaded' }]} />
      <PageBody>
        <EmptyState
          level={1}
          title="This page could not be loaded"
          lead={
            isAnswer
              ? error.message
              : `Nothing was changed. If it stays so, look into the log of the web process${error.digest ? ` for ${error.digest}` : ''}.`
          }
        >
          <Button
            variant="primary"
            onClick={() => {
              queries.reset()
              reset()
            }}
          >
            Try again
          </Button>
        </EmptyState>
      </PageBody>
    </>
  )
}
