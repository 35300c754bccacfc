'use client'
import { LifeBuoy } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { FormError } from '@/app/(auth)/_components/form-error'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { CodesDialog } from './codes-dialog'
import { PartRow } from './part-row'

/** How many recovery codes are left, and new ones. */
export function CodesPart({ left }: { left: number }) {
  const router = useRouter()
  const [codes, setCodes] = useState<string[] | null>(null)
  const renew = useAction(async () => {
    setCodes((await accountApi.factors.renewRecoveryCodes.mutate()).recoveryCodes)
    router.refresh()
  })
  return (
    <PartRow
      icon={<LifeBuoy size={16} />}
      title="Recovery codes"
      detail={
        left > 0
          ? `${plural(left, 'code', 'codes')} left, each works once`
          : 'None left: make new ones before you need one'
      }
      actions={
        <Button size="sm" isPending={renew.isPending} onClick={() => renew.run()}>
          Make new ones
        </Button>
      }
    >
      <FormError>{renew.error}</FormError>
      <CodesDialog codes={codes} onClose={() => setCodes(null)} />
    </PartRow>
  )
}
