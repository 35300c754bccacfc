import { useQueryClient } from '@tanstack/react-query'
import { useToast } from '@/components/ui/toast'

/** What every answer to a proposal does after success: the dialog closes, everything is read anew, a line says what was done. */
export function useProposalVerb(onDone: () => void) {
  const queryClient = useQueryClient()
  const showToast = useToast()
  return (title: string, detail: string) => ({
    async onSuccess() {
      onDone()
      showToast({ title, detail })
      await queryClient.invalidateQueries()
    },
  })
}
