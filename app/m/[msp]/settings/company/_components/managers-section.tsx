import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'

type ManagersSectionProps = {
  managersNeedFactor: boolean
  /** Why this person may not set it. */
  reason: string | null
}

/** Whether the people of clients may come into the portal with a password alone. */
export function ManagersSection({ managersNeedFactor, reason }: ManagersSectionProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const set = useMutation(
    trpc.settings.setManagerFactors.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.settings.get.queryFilter()),
    }),
  )
  return (
    <section aria-labelledby="managers-head">
      <SectionHead id="managers-head" title="Client managers" />
      <div className="flex max-w-[620px] flex-col items-start gap-3 pt-4">
        <p className="text-body text-text-2">
          {managersNeedFactor
            ? 'Your clients’ managers need a second factor to read their portal, as everybody of your company does to work here.'
            : 'Your clients’ managers may read their portal with a password alone. Who has added a second factor is still asked for it, and so is whoever belongs to another company that wants one. Everybody of your company needs one as before.'}
        </p>
        <Button
          variant="secondary"
          isPending={set.isPending}
          disabledReason={reason}
          reasonPlacement="beside"
          onClick={() => set.mutate({ managersNeedFactor: !managersNeedFactor })}
        >
          {managersNeedFactor ? 'Let them sign in without one' : 'Require a second factor'}
        </Button>
        {set.error ? (
          <p role="alert" className="text-detail text-fail">
            Not saved: {set.error.message}
          </p>
        ) : null}
      </div>
    </section>
  )
}
