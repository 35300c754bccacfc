'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { useToast } from '@/components/ui/toast'
import { proposedWords } from '../../../_components/proposed-words'

/** What every verb on this page does after success: the dialog closes, the page refetches, a line says what was done. */
export function useRolloutVerb(onDone: () => void) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  return (title: string, detail?: string) => ({
    // A verb that reaches very many may only have been proposed: its answer says so.
    async onSuccess(answer: unknown) {
      onDone()
      const proposed = proposedWords(answer)
      showToast(proposed ?? { title, detail })
      await queryClient.invalidateQueries({ queryKey: trpc.rollouts.pathKey() })
    },
  })
}
