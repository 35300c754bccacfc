'use client'
import { useRouter, useSearchParams } from 'next/navigation'
import { useAction } from '@/app/_trpc/account-action'
import { askOnce } from '@/app/_trpc/account-step-up'
import { directorySentence } from '@/app/(auth)/_components/directory-words'
import { FormError } from '@/app/(auth)/_components/form-error'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** In place of the page, for who came by an account that only some of their companies trust. */
export function ProveFirst() {
  const router = useRouter()
  const result = useSearchParams().get('directory')
  const prove = useAction(async () => {
    if (await askOnce()) router.refresh()
  })
  return (
    <EmptyState
      level={1}
      title="Security"
      lead="You signed in with a company account that not all of your companies trust. Prove with a passkey or a code of your own that it is you: then you see here how you sign in, and where."
    >
      <Button variant="primary" isPending={prove.isPending} onClick={() => prove.run()}>
        Prove that it is me
      </Button>
      <FormError>{prove.error ?? directorySentence(result)}</FormError>
    </EmptyState>
  )
}
