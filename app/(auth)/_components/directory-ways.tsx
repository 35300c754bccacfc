'use client'
import { Building2 } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { Button } from '@/components/ui/button'
import { goToDirectory } from './call-directory'
import { directorySentence } from './directory-words'
import { FormError } from './form-error'

type DirectoryWaysProps = {
  ways: readonly { provider: string; name: string }[]
  purpose: 'sign-in' | 'enrol'
}

/** The buttons that lead to directories, and what came of the last way there. */
export function DirectoryWays({ ways, purpose }: DirectoryWaysProps) {
  const reason = directorySentence(useSearchParams().get('directory'))
  const [chosen, setChosen] = useState('')
  const go = useAction(async (provider: string) => {
    setChosen(provider)
    await goToDirectory(provider, purpose)
  })
  if (ways.length === 0 && !reason) return null
  return (
    <div className="flex flex-col gap-3">
      {ways.map(({ provider, name }) => (
        <Button
          key={provider}
          size="touch"
          icon={<Building2 size={18} aria-hidden />}
          isPending={go.isPending && chosen === provider}
          onClick={() => go.run(provider)}
          className="w-full text-lead"
        >
          {purpose === 'enrol' ? `Use your ${name} account` : `Sign in with ${name}`}
        </Button>
      ))}
      <FormError>{go.error ?? reason}</FormError>
    </div>
  )
}
