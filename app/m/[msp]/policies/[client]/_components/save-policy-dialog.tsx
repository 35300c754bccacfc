'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import type { PolicyChange } from '@/server/policy-changes/rules'
import { proposedWords } from '../../../_components/proposed-words'
import { isShortReason, ReasonField } from '../../../_components/reason-field'
import { looseningWords } from './loosening-words'
import { type Draft, documentOf } from './use-draft'

/** Asks before a version is saved: what changes, and what keeps its version. */
export function SavePolicyDialog({ draft }: { draft: Draft }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [isOpen, setIsOpen] = useState(false)
  const [why, setWhy] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const { page, unsaved, errors, loosened } = draft
  const { refusal, sentence, isAsked } = looseningWords(loosened, page.loosening)
  const isShort = isAsked && isShortReason(why)
  const name = page.client ? `Policy of ${page.client.name}` : page.standardName
  const save = useMutation(
    trpc.policies.save.mutationOptions({
      // Refused over a newer version: the page fetches it and offers it.
      onError: () => queryClient.invalidateQueries({ queryKey: trpc.policies.get.queryKey() }),
      async onSuccess(answer) {
        if (answer.kind === 'proposed') {
          setIsOpen(false)
          const words = proposedWords(answer)
          if (words) showToast(words)
          return
        }
        const { version } = answer
        const options = trpc.policies.get.queryOptions({ clientId: page.client?.id ?? null })
        draft.adopt(await queryClient.fetchQuery({ ...options, staleTime: 0 }))
        await queryClient.invalidateQueries({ queryKey: trpc.policies.list.queryKey() })
        setIsOpen(false)
        showToast({
          title: `${name}: version ${version} is in force`,
          detail: page.running.count > 0 ? 'Running rollouts keep the version they froze.' : undefined,
        })
      },
    }),
  )
  const next = page.version + 1
  const reason = !page.canSave.can
    ? page.canSave.reason
    : errors.size > 0
      ? `${plural(errors.size, 'value needs', 'values need')} a change first.`
      : unsaved.length === 0
        ? 'Nothing is changed.'
        : refusal
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open)
        setHasTried(false)
        save.reset()
      }}
      trigger={
        <Button variant="primary" disabledReason={reason}>
          {`Save as version ${next}…`}
        </Button>
      }
      title={`Save version ${next}`}
      over={name}
      description={reachWords(draft)}
      footer={
        <>
          <Button onClick={() => setIsOpen(false)}>Not now</Button>
          <Button
            variant="primary"
            isPending={save.isPending}
            onClick={() => {
              setHasTried(true)
              if (isShort) return
              save.mutate({
                clientId: page.client?.id ?? null,
                basedOnVersion: page.version,
                document: documentOf(draft),
                reason: isAsked ? why.trim() : '',
              })
            }}
          >
            {save.isPending
              ? 'Saving…'
              : isAsked
                ? 'Ask a second person'
                : `Save ${plural(unsaved.length, 'change', 'changes')}`}
          </Button>
        </>
      }
    >
      <ul className="flex flex-col">
        {unsaved.map((change) => (
          <li
            key={`${change.path} ${change.name} ${change.was}`}
            className="border-line border-b py-2 last:border-none"
          >
            <span className="font-key text-text">{change.name}</span>
            <span className="block text-text-2">
              <ChangeWords change={change} />
            </span>
          </li>
        ))}
      </ul>
      {sentence ? <p className="pt-3 text-text-2">{sentence}</p> : null}
      {isAsked ? (
        <ReasonField
          className="pt-3"
          hint="The second person reads it; it stands in the audit log."
          value={why}
          hasTried={hasTried}
          onChange={setWhy}
        />
      ) : null}
      {save.error ? (
        <p role="alert" className="pt-3 text-detail text-fail">
          {save.error.message}
        </p>
      ) : null}
    </Dialog>
  )
}

/** "20 h → 32 h"; of a line that came or went, the line alone, because its name says which. */
function ChangeWords({ change: { kind, was, is } }: { change: PolicyChange }) {
  if (kind !== 'changed') return kind === 'added' ? is : was
  return (
    <>
      {was} <span aria-hidden>→</span>
      <span className="sr-only">becomes</span> {is}
    </>
  )
}

function reachWords({ page: { client, running } }: Draft): string {
  const who = client
    ? `It holds for ${client.name} from the next rollout on.`
    : 'It holds for every client that sets nothing else, from the next rollout on.'
  return running.count === 0
    ? who
    : `${who} ${plural(running.count, 'running rollout keeps its version', 'running rollouts keep their version')}.`
}
