'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { createClientSchema } from '@/server/clients/schema'
import { paths } from '@/server/paths'
import { TimeZoneField } from './time-zone-field'

const blank: Record<string, string> = {
  name: 'Write the name of the client.',
  timeZone: 'Write a time zone, such as Europe/London.',
  siteName: 'Write a name for the site.',
}
/** What to do about a field that is still empty. */
function nothingIn(values: Record<string, string>, name: string): string | undefined {
  return values[name]?.trim() === '' ? blank[name] : undefined
}

/** Adds a client organisation with its first site; then the way leads to enrolling its devices. */
export function AddClient({ isOpenAtFirst = false }: { isOpenAtFirst?: boolean }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const showToast = useToast()
  const queryClient = useQueryClient()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const first = { name: '', timeZone: session.timeZone, siteName: 'Main office' }
  const [isOpen, setIsOpen] = useState(isOpenAtFirst)
  const [values, setValues] = useState(first)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const create = useMutation(
    trpc.clients.create.mutationOptions({
      async onSuccess({ clientId }) {
        await queryClient.invalidateQueries()
        change(false)
        showToast({ title: `${values.name.trim()} was added`, detail: 'It follows your standard policy.' })
        router.push(paths.enrolment(slug, { client: clientId }))
      },
    }),
  )
  const change = (next: boolean) => {
    setIsOpen(next)
    setErrors({})
    create.reset()
    if (next) setValues(first)
    // The address that opened the dialog must not open it again.
    else if (isOpenAtFirst) router.replace(paths.clients(slug))
  }
  const submit = () => {
    if (create.isPending) return
    const parsed = createClientSchema.safeParse(values)
    if (parsed.success) {
      setErrors({})
      create.mutate(parsed.data)
      return
    }
    setErrors(
      Object.fromEntries(
        parsed.error.issues.map((issue) => {
          const name = String(issue.path[0])
          return [name, nothingIn(values, name) ?? `${issue.message}.`]
        }),
      ),
    )
  }
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  })
  return (
    <FormDialog
      trigger={
        <Button variant="primary" icon={<Plus size={14} aria-hidden />}>
          Add a client…
        </Button>
      }
      isOpen={isOpen}
      onClose={() => change(false)}
      onOpen={() => change(true)}
      title="Add a client"
      description="A company whose computers you keep patched."
      verb={create.isPending ? 'Adding…' : 'Add client'}
      isPending={create.isPending}
      onSubmit={submit}
      error={create.error?.message}
    >
      <Field label="Name" error={errors.name}>
        <Input {...field('name')} maxLength={100} autoComplete="off" />
      </Field>
      <TimeZoneField
        value={values.timeZone}
        hint="Its pages speak in this zone. Windows open in each device’s own."
        error={errors.timeZone}
        onChange={(timeZone) => setValues({ ...values, timeZone })}
      />
      <Field label="First site" hint="Where its devices stand; more can follow." error={errors.siteName}>
        <Input {...field('siteName')} maxLength={100} autoComplete="off" />
      </Field>
    </FormDialog>
  )
}
