import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { portalClient } from '@/app/_trpc/portal-client'
import { useToast } from '@/components/ui/toast'

/** One call of the portal: while it runs, what went wrong, and the page read anew once it is done. */
export function usePortalVerb(slug: string, onDone: () => void) {
  const router = useRouter()
  const showToast = useToast()
  const [isPending, setIsPending] = useState(false)
  const [error, setError] = useState<string>()
  const call = async (work: (portal: ReturnType<typeof portalClient>) => Promise<unknown>, title: string) => {
    setIsPending(true)
    setError(undefined)
    try {
      await work(portalClient(slug))
      onDone()
      showToast({ title })
      router.refresh()
    } catch (failure) {
      setError(`Not sent: ${failure instanceof Error ? failure.message : 'try again'}`)
    } finally {
      setIsPending(false)
    }
  }
  return { call, isPending, error }
}
