'use client'
import { useState } from 'react'
import { errorSentence } from '@/app/_trpc/account-action'
import { portalClient } from '@/app/_trpc/portal-client'
import { Button } from '@/components/ui/button'
import type { Outputs } from '@/server/api/root'
import { AskExceptionForm } from './ask-exception-form'
import type { Portal } from './portal-header'

/** Opens the form that asks for an exception, with what may be chosen as it is at this moment. */
export function AskException({ portal }: { portal: Portal }) {
  const [choices, setChoices] = useState<Outputs['portal']['askChoices'] | null>(null)
  const [isLoading, setIsLoading] = useState(false)
  const [error, setError] = useState<string>()
  const open = async () => {
    setIsLoading(true)
    setError(undefined)
    try {
      setChoices(await portalClient(portal.msp.slug).askChoices.query({ clientId: portal.organisation.id }))
    } catch (failure) {
      setError(errorSentence(failure))
    } finally {
      setIsLoading(false)
    }
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 pt-4">
      <p className="min-w-0 max-w-[440px] flex-1 basis-72 text-detail text-text-3">
        Is there an update that must not come for now? {portal.msp.name} answers, and the update stays off only after
        they agreed.
      </p>
      <Button isPending={isLoading} onClick={() => void open()}>
        Ask to keep an update off…
      </Button>
      {error ? (
        <p role="alert" className="text-detail text-fail">
          {error}
        </p>
      ) : null}
      {choices ? <AskExceptionForm portal={portal} choices={choices} onClose={() => setChoices(null)} /> : null}
    </div>
  )
}
