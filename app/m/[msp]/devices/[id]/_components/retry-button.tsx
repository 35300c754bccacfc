'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useTrpc } from '@/app/_trpc/client'
import { formatList } from '@/components/format'
import { Button } from '@/components/ui/button'
import type { ButtonSize } from '@/components/ui/button-style'
import { useToast } from '@/components/ui/toast'
import type { DevicePage } from './device-header'

type Can = DevicePage['can']['retry']
type RetryButtonProps = { page: DevicePage; patchId: string; retry: Can; size?: ButtonSize }

/** The next attempt at one failed patch, or why there is none. */
export function RetryButton({ page, patchId, retry, size }: RetryButtonProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const deviceId = page.device.id
  const mutation = useMutation(
    trpc.devices.retry.mutationOptions({
      onSuccess: ({ patches }) => {
        showToast({
          title: 'Retry ordered.',
          detail: `${formatList(patches)} goes in at the next window. The failure stays counted.`,
          mark: 'scheduled',
        })
        return queryClient.invalidateQueries(trpc.devices.get.queryFilter({ deviceId }))
      },
      onError: (error) => showToast({ title: 'Not retried', detail: error.message, isFailure: true }),
    }),
  )
  const right = page.can.retry
  return (
    <Button
      size={size}
      icon={<RotateCw size={14} aria-hidden />}
      isPending={mutation.isPending}
      disabledReason={right.can ? (retry.can ? null : retry.reason) : right.reason}
      reasonPlacement="beside"
      onClick={() => mutation.mutate({ deviceId, patchId })}
    >
      Retry
    </Button>
  )
}
