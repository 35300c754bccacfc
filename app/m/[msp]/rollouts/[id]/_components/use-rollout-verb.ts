'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { useToast } from '@/components/ui/toast'

/** What every verb on this page does after success: the dialog closes, the page refetches, a line says what was done. */
export function useRolloutVerb(onDone: () => void) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  return (title: string, detail?: string) => ({
    async onSuccess() {
      onDone()
      showToast({ title, detail })
      await queryClient.invalidateQueries({ queryKey: trpc.rollouts.pathKey() })
    },
  })
}
