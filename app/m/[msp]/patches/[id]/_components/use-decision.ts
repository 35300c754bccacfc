import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { useToast } from '@/components/ui/toast'

/** The two mutations of this page; both end with a sentence and fresh numbers. */
export function useDecision(onDone: () => void) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const finish = async (title: string, detail: string) => {
    onDone()
    showToast({ title, detail })
    await queryClient.invalidateQueries()
  }
  return {
    decide: useMutation(trpc.patches.decide.mutationOptions()),
    hold: useMutation(trpc.holds.set.mutationOptions()),
    finish,
  }
}
