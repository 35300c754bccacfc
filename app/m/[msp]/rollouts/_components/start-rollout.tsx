'use client'
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatCount, formatList, plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Choices = Outputs['rollouts']['choices']
type StartRolloutProps = { clients: readonly { id: string; name: string }[]; clientId?: string; isPrimary: boolean }

/** Starts a rollout by hand: client, which approved patches, a title; says beforehand what the start would do, or why it is refused. */
export function StartRollout({ clients, clientId, isPrimary }: StartRolloutProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [chosenClient, setChosenClient] = useState<string | undefined>(clientId ?? clients[0]?.id)
  const [left, setLeft] = useState<readonly string[]>([])
  const [title, setTitle] = useState('')
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const queryClient = useQueryClient()
  const offered = useQuery(
    trpc.rollouts.choices.queryOptions(isOpen && chosenClient ? { clientId: chosenClient } : skipToken),
  )
  const wanted = (offered.data?.patches ?? []).filter((patch) => !left.includes(patch.id)).map((patch) => patch.id)
  const isPart = left.length > 0 && wanted.length > 0
  const part = useQuery(
    trpc.rollouts.choices.queryOptions(
      isOpen && chosenClient && isPart ? { clientId: chosenClient, patchIds: wanted } : skipToken,
    ),
  )
  const start = useMutation(
    trpc.rollouts.start.mutationOptions({
      async onSuccess({ rolloutId }) {
        await queryClient.invalidateQueries({ queryKey: trpc.rollouts.list.queryKey() })
        router.push(paths.rollout(slug, rolloutId))
      },
    }),
  )
  const preview = isPart ? part.data?.preview : offered.data?.preview
  const isNoneChosen = (offered.data?.patches.length ?? 0) > 0 && wanted.length === 0
  const refusal = offered.data?.denial ?? (isNoneChosen ? 'Choose at least one patch.' : (preview?.refusal ?? null))
  const change = (next: boolean) => {
    setIsOpen(next)
    start.reset()
    if (next) setChosenClient(clientId ?? chosenClient)
  }
  return (
    <Dialog
      trigger={
        <Button variant={isPrimary ? 'primary' : 'secondary'} icon={<Play size={14} aria-hidden />}>
          Start rollout…
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={change}
      title="Start a rollout"
      description="The plan freezes policy version, exact versions and ring membership. What is approved later joins the next one."
      footer={
        <>
          <Button onClick={() => change(false)}>Not now</Button>
          <Button
            variant="primary"
            isPending={start.isPending}
            disabledReason={refusal ?? (preview ? null : 'The plan is being worked out.')}
            reasonPlacement="none"
            reasonId="start-refusal"
            onClick={() => {
              if (chosenClient)
                start.mutate({
                  clientId: chosenClient,
                  patchIds: isPart ? wanted : [],
                  title: title.trim() || undefined,
                })
            }}
          >
            {start.isPending
              ? 'Starting…'
              : preview && !refusal
                ? `Start on ${plural(preview.deviceCount, 'device', 'devices')}`
                : 'Start'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Client">
          <Select
            value={chosenClient}
            onChange={(next) => {
              setChosenClient(next)
              setLeft([])
              start.reset()
            }}
            options={clients.map(({ id, name }) => ({ value: id, label: name }))}
            placeholder="Choose a client"
          />
        </Field>
        {offered.data?.patches.length === 0 ? null : offered.data ? (
          <PatchChoices
            patches={offered.data.patches}
            left={left}
            onChange={(id, isIn) => setLeft(isIn ? left.filter((one) => one !== id) : [...left, id])}
          />
        ) : chosenClient ? (
          <Skeleton width="320px" height={60} />
        ) : null}
        {offered.data && offered.data.patches.length === 0 ? null : (
          <Field label="Title" hint="Left empty, it is the names of the patches.">
            <Input value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />
          </Field>
        )}
        <p id="start-refusal" role="status" className="flex min-h-5 items-start gap-2 text-body">
          <PlanLine refusal={start.error?.message ?? refusal} preview={preview} isFailure={start.isError} />
        </p>
        {offered.error ? (
          <p role="alert" className="text-detail text-fail">
            {offered.error.message}
          </p>
        ) : null}
      </div>
    </Dialog>
  )
}

function PlanLine({
  refusal,
  preview,
  isFailure,
}: {
  refusal: string | null
  preview: Choices['preview'] | undefined
  isFailure: boolean
}) {
  if (refusal)
    return (
      <>
        <StatusMark state={isFailure ? 'failed' : 'asking'} className="mt-0.5" />
        <span className={isFailure ? 'text-fail' : 'text-text'}>{refusal}</span>
      </>
    )
  if (!preview) return null
  const rings = preview.rings.filter((ring) => ring.deviceCount > 0)
  const empty = preview.rings.filter((ring) => ring.deviceCount === 0).map((ring) => ring.name)
  return (
    <>
      <StatusMark state="scheduled" className="mt-0.5" />
      <span className="text-text-2">
        {plural(preview.deviceCount, 'device', 'devices')}:{' '}
        {formatList(
          rings.map((ring) => `${ring.name} ${formatCount(ring.deviceCount)}`),
          7,
        )}
        {empty.length > 0 ? `; ${formatList(empty)} left out, no device` : ''}. Policy version {preview.policyVersion}
        {preview.isLab ? ', Lab policy' : ''}.
      </span>
    </>
  )
}

type PatchChoicesProps = {
  patches: Choices['patches']
  left: readonly string[]
  onChange: (patchId: string, isIn: boolean) => void
}

function PatchChoices({ patches, left, onChange }: PatchChoicesProps) {
  return (
    <fieldset>
      <legend className="pb-1 font-medium text-body">Approved patches</legend>
      <ul className="max-h-60 overflow-y-auto">
        {patches.map((patch) => (
          <li key={patch.id} className="flex min-h-9 items-center justify-between gap-4 border-line border-b">
            <Checkbox
              isChecked={!left.includes(patch.id)}
              onChange={(isIn) => onChange(patch.id, isIn)}
              label={
                <span className="mono">
                  {patch.name} {patch.version}
                </span>
              }
            />
            <span className="text-detail text-text-3">
              {plural(patch.devices, 'device', 'devices')}
              {patch.undo.none > 0 ? `, ${formatCount(patch.undo.none)} cannot be undone` : ''}
            </span>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
