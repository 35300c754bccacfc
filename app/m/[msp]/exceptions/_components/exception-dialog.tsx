import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { useToast } from '@/components/ui/toast'
import { sayDay } from '@/server/exceptions/rules'
import { ReasonDialog } from '../../_components/reason-dialog'
import { keptOffWords, reachWords } from './exception-words'
import type { Asked } from './exceptions-table'

/** Accepts what a client asked, refuses it, or ends what is in force; each with a reason. Give it the key of what is asked. */
export function ExceptionDialog({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const name = asked ? keptOffWords(asked.line) : ''
  const done = (title: string, detail: string) => ({
    onSuccess: async () => {
      onClose()
      showToast({ title, detail })
      await queryClient.invalidateQueries()
    },
  })
  const answer = useMutation(trpc.exceptions.answer.mutationOptions())
  const end = useMutation(trpc.exceptions.end.mutationOptions())
  if (!asked) return null
  const { line, verb } = asked
  const day = sayDay(line.lastDay, new Date())
  const words = {
    accept: {
      title: `Accept the exception for ${name}`,
      description: `${line.client.name} asks it: ${reachWords(line)}, until ${day}. No order names it there from now on.`,
      verb: 'Accept',
      toast: done(`Accepted: ${name} stays off`, `${reachWords(line)}, until ${day}.`),
    },
    refuse: {
      title: `Refuse the exception for ${name}`,
      description: `${line.client.name} asks it. The patch is planned there as everywhere else.`,
      verb: 'Refuse',
      toast: done(`Refused: ${name}`, `${line.client.name} reads why in the portal.`),
    },
    end: {
      title: `End the exception for ${name}`,
      description: `The patch is planned again at ${line.client.name}, and is past due there at once where its date is over.`,
      verb: 'End it',
      toast: done(`Ended: ${name}`, 'Where it is approved, the next planning may take it up.'),
    },
  }[verb]
  const confirm = (reason: string) => {
    if (verb === 'end') return end.mutate({ exceptionId: line.id, reason }, words.toast)
    const said = verb === 'accept' ? ('accepted' as const) : ('refused' as const)
    answer.mutate({ exceptionId: line.id, answer: said, reason }, words.toast)
  }
  const error = answer.error ?? end.error
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      title={words.title}
      description={words.description}
      verb={words.verb}
      isPending={answer.isPending || end.isPending}
      error={error ? `Not done: ${error.message}` : undefined}
      onConfirm={confirm}
    />
  )
}
