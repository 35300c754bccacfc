import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { ConfirmCount } from '@/components/confirm-count'
import { useToast } from '@/components/ui/toast'
import { reasonLength } from '@/server/audit/rules'
import { proposedWords } from '../../../_components/proposed-words'
import type { DevicePage } from './device-header'

/** Takes a device out of service for good. */
export function RetireDialog({ page: { device, client }, onClose }: { page: DevicePage; onClose: () => void }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const retire = useMutation(
    trpc.devices.retire.mutationOptions({
      onSuccess: async (answer) => {
        onClose()
        showToast(
          proposedWords(answer) ?? {
            title: `${device.hostName} is retired`,
            detail: 'It counts nowhere and gets no orders. Its history stays.',
          },
        )
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <ConfirmCount
      isOpen
      onOpenChange={(next) => (next ? undefined : onClose())}
      over={`Retire ${device.hostName} of ${client.name}`}
      count={1}
      one="device"
      many="devices"
      what="device leaves every count and gets no orders any more"
      facts={[
        { label: 'Its agent', value: 'The door refuses it within a minute.' },
        { label: 'Its history', value: 'It stays on this page and in the audit log.' },
        {
          label: 'Going back',
          value: 'It cannot be undone. Only enrolling the machine anew brings it back, as another device.',
        },
      ]}
      isDanger
      reason={{ label: 'Reason, if there is one to keep', ...reasonLength, minLength: 0 }}
      verb="Retire"
      pendingWord="Retiring…"
      isPending={retire.isPending}
      error={retire.error ? `Not retired: ${retire.error.message}` : undefined}
      onConfirm={({ reason }) => retire.mutate({ deviceId: device.id, reason })}
    />
  )
}
