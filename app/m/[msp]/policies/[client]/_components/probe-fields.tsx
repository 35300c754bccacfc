'use client'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Stepper } from '@/components/ui/stepper'
import type { ProbeRule } from './probes-section'
import { SpanInput } from './span-input'
import type { Draft } from './use-draft'

type ProbeFieldsProps = { draft: Draft; index: number; probe: ProbeRule; onChange: (probe: ProbeRule) => void }

/** Every value of one probe. Paths are below the device's root. */
export function ProbeFields({ draft, index, probe, onChange }: ProbeFieldsProps) {
  const error = (field: string) => {
    const found = [...draft.errors].find(([path]) => path === `probes.${index}.${field}`)?.[1]
    return found ? `${found.charAt(0).toUpperCase()}${found.slice(1)}.` : undefined
  }
  return (
    <div className="mt-2 grid gap-x-6 gap-y-4 rounded-panel bg-well p-4 min-[560px]:grid-cols-2">
      <Field label="Name" error={error('name')}>
        <Input
          value={probe.name}
          maxLength={200}
          onChange={(event) => onChange({ ...probe, name: event.target.value })}
        />
      </Field>
      {probe.kind === 'process' ? (
        <Path
          label="File with the process id"
          value={probe.pidFile}
          error={error('pidFile')}
          onChange={(pidFile) => onChange({ ...probe, pidFile })}
        />
      ) : null}
      {probe.kind === 'file' ? (
        <>
          <Path
            label="File"
            value={probe.path}
            error={error('path')}
            onChange={(path) => onChange({ ...probe, path })}
          />
          <Field label="Text in it, if any" error={error('contains')}>
            <Input
              isMono
              value={probe.contains ?? ''}
              maxLength={500}
              onChange={(event) => onChange({ ...probe, contains: event.target.value || undefined })}
            />
          </Field>
        </>
      ) : null}
      {probe.kind === 'http' ? (
        <>
          <Path
            label="Path of the page"
            value={probe.path}
            error={error('path')}
            onChange={(path) => onChange({ ...probe, path })}
          />
          <Field label="Status it answers" error={error('expectStatus')}>
            <Stepper
              min={100}
              max={599}
              value={probe.expectStatus}
              onChange={(status) => onChange({ ...probe, expectStatus: Math.round(status) })}
            />
          </Field>
        </>
      ) : null}
      {probe.kind === 'tcp' || probe.kind === 'http' ? (
        <>
          <Field label="Port, or a file that holds it" error={error('port') ?? error('port.portFile')}>
            <Input
              isMono
              value={typeof probe.port === 'number' ? String(probe.port) : probe.port.portFile}
              maxLength={300}
              onChange={(event) => onChange({ ...probe, port: readPort(event.target.value) })}
            />
          </Field>
          <div className="flex flex-col gap-1.5">
            <span className="font-medium text-text">Answers within</span>
            <SpanInput
              label="Answers within"
              min={1}
              valueMs={probe.timeoutMs}
              onChange={(timeoutMs) => onChange({ ...probe, timeoutMs })}
            />
          </div>
        </>
      ) : null}
      <Path
        label="A file of the package that owns it, if known"
        value={probe.ownerFile ?? ''}
        error={error('ownerFile')}
        onChange={(ownerFile) => onChange({ ...probe, ownerFile: ownerFile || undefined })}
      />
    </div>
  )
}

type PathProps = { label: string; value: string; error: string | undefined; onChange: (value: string) => void }

function Path({ label, value, error, onChange }: PathProps) {
  return (
    <Field label={label} error={error}>
      <Input isMono value={value} maxLength={300} onChange={(event) => onChange(event.target.value)} />
    </Field>
  )
}

/** A number is a port, everything else the file that holds it. */
const readPort = (text: string): number | { portFile: string } =>
  /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : { portFile: text.trim() }
