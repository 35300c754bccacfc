'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Timer } from 'lucide-react'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { Link } from '@/components/link'
import { Button } from '@/components/ui/button'
import { CopyBlock } from '@/components/ui/copy-block'
import { DisabledReason } from '@/components/ui/disabled-reason'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { paths } from '@/server/paths'
import { enrolCommand, judgeDeviceUrl, shownCommand } from './enrol-command'

const hourMs = 3_600_000
const lifetimes = [1, 4, 8, 24]
const useCounts = [1, 5, 10, 25, 50, 100]

type MakeTokenProps = {
  /** The client that is chosen at first. */
  clientId?: string
  /** Where devices reach the door. */
  deviceUrl: string
}

/** The command for a machine, and a token for it: made for one client and site, shown once. */
export function MakeToken({ clientId, deviceUrl }: MakeTokenProps) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data: sites } = useSuspenseQuery(trpc.enrolment.sites.queryOptions())
  const offered = clientId ? sites.filter((site) => site.clientId === clientId) : sites
  const [siteId, setSiteId] = useState(offered[0]?.id ?? '')
  const [uses, setUses] = useState(1)
  const [hours, setHours] = useState(24)
  const [isTest, setIsTest] = useState(false)
  const create = useMutation(
    trpc.enrolment.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.enrolment.list.queryFilter()),
    }),
  )
  const site = sites.find((one) => one.id === siteId)
  const testTag = site?.testTags[0]
  const mayCreate = session.permissions.includes('enrolment:create-token')
  const reason = !mayCreate
    ? 'Making a token needs the right “enrolment: create token”. Ask your owner.'
    : site
      ? null
      : 'There is no client with a site yet.'
  if (sites.length === 0)
    return (
      <p className="text-body text-text-2">
        A device belongs to a client. Add one first, under{' '}
        <Link href={paths.clients(slug)} className="link">
          Clients
        </Link>
        .
      </p>
    )
  return (
    <div className="flex flex-col gap-5">
      <UrlNote deviceUrl={deviceUrl} />
      <section aria-labelledby="command-head">
        <h2 id="command-head" className="pb-2 font-key text-body">
          1. Run this on the machine <span className="font-normal text-text-3">Debian or Ubuntu, 64-bit</span>
        </h2>
        <CopyBlock
          text={enrolCommand(deviceUrl)}
          shown={shownCommand(deviceUrl)}
          copyLabel="Copy"
          foot="It asks for the token without showing it, and checks what it fetches against a SHA-256."
        />
      </section>
      <section aria-labelledby="token-head">
        <h2 id="token-head" className="pb-2 font-key text-body">
          2. Give it a token <span className="font-normal text-text-3">for one client and site, shown once</span>
        </h2>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-3 text-body text-text-2">
          <span className="inline-flex max-w-full items-center gap-2">
            For
            <Select
              isInline
              className="min-w-0"
              label="Client and site"
              value={siteId}
              options={offered.map((one) => ({ value: one.id, label: `${one.clientName}, ${one.name}` }))}
              onChange={setSiteId}
            />
          </span>
          <span className="inline-flex items-center gap-2">
            Good for
            <Select
              isInline
              label="How many devices"
              value={String(uses)}
              options={useCounts.map((count) => ({ value: String(count), label: plural(count, 'device', 'devices') }))}
              onChange={(value) => setUses(Number(value))}
            />
          </span>
          <span className="inline-flex items-center gap-2">
            Ends in
            <Select
              isInline
              label="How long it works"
              value={String(hours)}
              options={lifetimes.map((one) => ({ value: String(one), label: plural(one, 'hour', 'hours') }))}
              onChange={(value) => setHours(Number(value))}
            />
          </span>
          {testTag ? (
            <Switch isOn={isTest} onChange={setIsTest} label="As test devices: they get each patch first" />
          ) : null}
          <Button
            variant={create.data ? 'secondary' : 'primary'}
            disabledReason={reason}
            isPending={create.isPending}
            onClick={() => {
              const tags = isTest && testTag ? [testTag] : []
              if (site)
                create.mutate({ clientId: site.clientId, siteId: site.id, uses, validForMs: hours * hourMs, tags })
            }}
          >
            {create.data ? 'Make another token' : 'Make a token'}
          </Button>
        </div>
        {create.error ? (
          <p role="alert" className="pb-3 text-body text-fail">
            {create.error.message}
          </p>
        ) : null}
        <div aria-live="polite">
          {create.data ? (
            <CopyBlock
              text={create.data.token}
              isOneWord
              copyLabel="Copy"
              foot={
                <>
                  <span className="inline-flex items-center gap-1.5">
                    <Timer size={14} aria-hidden />
                    Ends in {plural((create.variables.validForMs ?? 24 * hourMs) / hourMs, 'hour', 'hours')}, good for{' '}
                    {plural(
                      create.variables.uses ?? 1,
                      create.variables.tags?.length ? 'test device' : 'device',
                      create.variables.tags?.length ? 'test devices' : 'devices',
                    )}
                  </span>
                  <span>Only for {nameOf(sites, create.variables.siteId)}. It is stored nowhere: copy it now.</span>
                </>
              }
            />
          ) : null}
        </div>
      </section>
    </div>
  )
}

function nameOf(sites: readonly { id: string; name: string; clientName: string }[], siteId: string): string {
  const site = sites.find((one) => one.id === siteId)
  return site ? `${site.clientName}, ${site.name}` : 'its client'
}

/** Says when the address of the door keeps other machines out. */
function UrlNote({ deviceUrl }: { deviceUrl: string }) {
  const verdict = judgeDeviceUrl(deviceUrl)
  if (verdict === 'fine') return null
  if (verdict === 'refused')
    return (
      <p role="alert" className="rounded-control border border-fail-fill px-3 py-2 text-body text-fail">
        Agents refuse this address: {deviceUrl} is plain http on another machine. Set PUBLIC_DEVICE_URL to an https
        address and restart.
      </p>
    )
  return (
    <DisabledReason>
      {deviceUrl} is reached from this machine only. Other machines need PUBLIC_DEVICE_URL set to an https address.
    </DisabledReason>
  )
}
