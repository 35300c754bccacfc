import { Pause, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { ConfirmCount } from '@/components/confirm-count'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { Checkbox } from '@/components/ui/checkbox'
import { CopyBlock } from '@/components/ui/copy-block'
import { Dialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { KeyCap } from '@/components/ui/key-cap'
import { Menu } from '@/components/ui/menu'
import { RadioGroup } from '@/components/ui/radio-group'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'
import { Switch } from '@/components/ui/switch'
import { TabPanels } from '@/components/ui/tab-panels'
import { Tag } from '@/components/ui/tag'
import { Textarea } from '@/components/ui/textarea'
import { useToast } from '@/components/ui/toast'
import { Tooltip } from '@/components/ui/tooltip'

/** Buttons, fields, tags, toasts, dialogs, the empty state. */
export function ControlParts() {
  return (
    <>
      <div className="grid gap-10 [&>*]:min-w-0 min-[1200px]:grid-cols-3">
        <Buttons />
        <Fields />
        <Floating />
      </div>
      <EmptyState
        title="No devices yet at Tidewell Physio"
        lead="Run this once on each computer. It appears here within a minute, joins a ring by itself and installs nothing before its first window."
        steps={[
          {
            title: 'Look',
            when: 'about 1 min',
            text: 'The agent makes its own key and sends facts, installed packages and missing patches.',
          },
          {
            title: 'Wait',
            when: 'at once',
            text: 'The device gets its ring: Test only by hand, else Early or Production.',
          },
        ]}
        stepsFoot="Nothing is billed before a device has reported."
      >
        <CopyBlock
          text="curl -fsS https://patches.example/install | sh -s -- PWE-7F3K-9QZD"
          foot={<span>Token ends in 23 h 41 m</span>}
        />
      </EmptyState>
    </>
  )
}

function Buttons() {
  return (
    <section className="flex flex-col gap-3">
      <SectionHead title="Buttons" />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary">Approve for 9</Button>
        <Button icon={<Pause size={14} aria-hidden />}>Pause</Button>
        <Button variant="danger-outline" icon={<Undo2 size={14} aria-hidden />}>
          Roll back…
        </Button>
        <Button variant="ghost">Discard</Button>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" isPending>
          Pausing…
        </Button>
        <Button isPending>Scanning…</Button>
        <Button variant="destructive">Revoke 1 device</Button>
        <Button size="sm">See 14</Button>
        <ButtonLink href="#" size="touch">
          Open rollout
        </ButtonLink>
      </div>
      <Button disabledReason="Promote opens when the rollback has ended: BW-LT-0131 is offline.">Promote Early</Button>
    </section>
  )
}

function Fields() {
  return (
    <section className="flex flex-col gap-3">
      <SectionHead title="Fields" />
      <Field label="Reason" hint="At least 3 letters; it stands in the audit log.">
        <Input defaultValue="Print spooler stops after a reboot" />
      </Field>
      <Field label="Soak, working hours" error="Northfold asks for at least 8 h.">
        <Input defaultValue="2" />
      </Field>
      <Field label="Note">
        <Textarea rows={2} defaultValue="Second line of defence" />
      </Field>
      <Field label="Without enough evidence">
        <Select
          defaultValue="ask"
          options={[
            { value: 'ask', label: 'ask a person' },
            { value: 'soak', label: 'soak longer', detail: 'twice at most' },
          ]}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-4">
        <Checkbox isCheckedAtFirst label="Include servers" />
        <Checkbox isMixed ariaLabel="Some" />
        <Checkbox ariaLabel="None" />
        <RadioGroup
          ariaLabel="Gate"
          isRow
          defaultValue="ask"
          options={[
            { value: 'ask', label: 'Ask' },
            { value: 'longer', label: 'Soak longer' },
          ]}
        />
        <Switch isOnAtFirst ariaLabel="On" />
        <Switch ariaLabel="Off" />
        <Stepper defaultValue={20} min={0} max={99} unit="h" label="Soak" />
        <Stepper defaultValue={2} min={0} max={99} unit="h" label="Deferral" isChanged />
      </div>
    </section>
  )
}

function Floating() {
  const showToast = useToast()
  const [approved, setApproved] = useState('')
  return (
    <section className="flex flex-col gap-3">
      <SectionHead title="Toast, tooltip, tags, dialogs" />
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() =>
            showToast({
              title: 'Paused. Nothing more is handed out.',
              detail: '3 devices finish what they hold.',
              undo: { label: 'Resume', onUndo: () => setApproved('') },
            })
          }
        >
          Show a toast
        </Button>
        <Button
          onClick={() =>
            showToast({
              title: 'Not paused: the connection broke.',
              detail: 'The rollout still runs. Try again.',
              isFailure: true,
            })
          }
        >
          Show a failure
        </Button>
        <Tooltip text="Silence is not success: 1 device has not reported">
          <Button>With a tooltip</Button>
        </Tooltip>
        <Menu
          trigger="More"
          entries={[
            { label: 'Scan now' },
            { label: 'Reboot', disabledReason: 'Needs the right “reboot devices”.' },
            'line',
            { label: 'Revoke…', isDanger: true },
          ]}
        />
        <Dialog
          trigger={<Button>Open a dialog</Button>}
          title="Lift the hold on KB5043080"
          footer={<Button variant="primary">Lift the hold</Button>}
        >
          <Field label="Reason">
            <Input />
          </Field>
        </Dialog>
        <ConfirmCount
          trigger={<Button variant="primary">Approve for 9 devices…</Button>}
          count={9}
          one="device"
          many="devices"
          what="devices at 3 clients get Chrome 128.0.6613.138 at once, outside their windows"
          over="Second person needed, asked by the service desk at 07:31"
          who={[
            { key: 'c', count: 5, name: 'Copperline Joinery', how: 'Test 1, then 4 after 2 h' },
            { key: 'k', count: 3, name: 'Kestrel Logistics', how: 'Test 1, then 2 after 2 h' },
            { key: 'w', count: 1, name: 'Wrenfield Estates', how: 'Test 1' },
          ]}
          facts={[
            { label: 'Can be undone', value: 'Yes, the old package is kept on each device' },
            { label: 'For users', value: 'Chrome restarts; no reboot. One snooze of 1 h' },
          ]}
          isTyped
          reason={{ label: 'Reason', minLength: 3, maxLength: 500 }}
          verb="Approve for"
          reject={{ label: 'Reject with a reason…', onReject: () => setApproved('rejected') }}
          onConfirm={({ reason }) => setApproved(reason)}
        />
      </div>
      <p aria-live="polite" className="text-detail text-text-3">
        {approved}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        <Tag>Security</Tag>
        <Tag>Critical</Tag>
        <Tag tone="fail" icon={<StatusMark state="past-due" size={11} />}>
          KEV, due 24 Sep
        </Tag>
        <Tag>Package kept</Tag>
        <Tag tone="fill">Draft</Tag>
        <KeyCap>⌘K</KeyCap>
      </div>
      <TabPanels
        label="System"
        panels={[
          { value: 'linux', label: 'Linux', count: '14', content: 'One line in a shell.' },
          { value: 'windows', label: 'Windows', content: 'One line in PowerShell.' },
        ]}
      />
    </section>
  )
}
