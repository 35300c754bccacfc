'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { formatList } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import type { DevicePage } from './device-header'

type TagsDialogProps = { page: DevicePage; isOpen: boolean; onClose: () => void }

/** The tags of a device, and so its ring. Give it a key of the tags, so that it begins with what is stored. */
export function TagsDialog({ page, isOpen, onClose }: TagsDialogProps) {
  const { device, ring } = page
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [text, setText] = useState(device.tags.join(', '))
  const tags = text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const [testTag] = ring.testTags
  const isTest = ring.testTags.some((tag) => tags.includes(tag))
  const save = useMutation(
    trpc.devices.tag.mutationOptions({
      onSuccess: async ({ ringName }) => {
        showToast({ title: 'Tags saved.', detail: `${device.hostName} is in ring ${ringName ?? 'none'} from now on.` })
        onClose()
        await queryClient.invalidateQueries(trpc.devices.get.queryFilter({ deviceId: device.id }))
      },
    }),
  )
  const submit = () => (save.isPending ? undefined : save.mutate({ deviceId: device.id, tags }))
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Tags of ${device.hostName}`}
      description={
        ring.testTags.length > 0
          ? `A device with the tag ${formatList(ring.testTags)} is a test device: it gets every patch first. Running rollouts keep their rings.`
          : 'Rings may be filled by tags. Running rollouts keep their rings.'
      }
      verb="Save tags"
      isPending={save.isPending}
      onSubmit={submit}
      className="gap-3"
    >
      <Field label="Tags" hint="Separated by commas." error={save.error?.message}>
        <Input value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      {testTag && !isTest ? (
        <Button className="self-start" size="sm" onClick={() => setText([...tags, testTag].join(', '))}>
          Choose as test device
        </Button>
      ) : null}
    </FormDialog>
  )
}
