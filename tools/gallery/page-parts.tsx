import { Pause } from 'lucide-react'
import { Lanes } from '@/components/lane'
import { buildAxis } from '@/components/lane-scale'
import type { Lane } from '@/components/lane-types'
import { NeedsYouList } from '@/components/needs-you-list'
import { NeedsYouRow } from '@/components/needs-you-row'
import { DottedLine, PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { Status } from '@/components/status-mark'
import { Timeline } from '@/components/timeline'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { DecidingFact, WhySentence } from '@/components/why-sentence'

const at = (iso: string) => new Date(`${iso}:00+01:00`).getTime()
const nowMs = at('2024-09-17T09:12')
const axis = buildAxis({ startMs: at('2024-09-12T12:00'), endMs: at('2024-09-24T12:00'), nowMs, zone: 'Europe/London' })

const lanes: readonly Lane[] = [
  {
    key: 'test',
    mark: 'installed',
    name: 'Test',
    count: '4',
    rules: ['Hand-picked', 'Soaked 20 of 20 h'],
    phase: 'passed',
    windows: [{ startMs: at('2024-09-12T22:00'), endMs: at('2024-09-13T02:00'), label: 'Thu 22:00' }],
    soak: [
      { startMs: at('2024-09-13T08:00'), endMs: at('2024-09-13T18:00'), label: '10 h' },
      { startMs: at('2024-09-16T08:00'), endMs: at('2024-09-16T18:00'), label: '10 h' },
    ],
    gate: { atMs: at('2024-09-16T23:00'), state: 'passed', sentence: 'Passed Mon 16 Sep 18:00, 4 of 4 patches' },
    standing: {
      kind: 'words',
      mark: 'installed',
      title: 'Passed Mon 16 Sep 18:00',
      lines: ['4 patches, 4 of 4 devices reported'],
    },
    words: 'Test opened Thu 22:00, soaked 20 of 20 h, passed Mon 16 Sep 18:00',
    narrowLine: 'Opened Thu 12 Sep 22:00, soaked 20 of 20 h',
  },
  {
    key: 'early',
    mark: 'soaking',
    name: 'Early',
    count: '14',
    rules: ['15 % of the rest', 'All at once'],
    phase: 'current',
    windows: [{ startMs: at('2024-09-16T22:00'), endMs: at('2024-09-17T02:00'), label: 'Mon 22:00' }],
    soak: [
      { startMs: at('2024-09-17T08:00'), endMs: at('2024-09-17T18:00'), countedShare: 0.12, label: '10 h' },
      { startMs: at('2024-09-18T08:00'), endMs: at('2024-09-18T14:00'), label: '6 h' },
    ],
    gate: { atMs: at('2024-09-18T18:00'), state: 'ahead', label: 'Gate Wed 14:00', sentence: 'Gate Wed 18 Sep 14:00' },
    rollback: { atMs: at('2024-09-17T00:04'), text: 'KB5043080 taken back 00:04' },
    standing: {
      kind: 'countdown',
      left: '14 h 48 m',
      unit: 'of working time left',
      share: 0.075,
      sentence: '1 h 12 m of 16 h counted, ends Wed 14:00',
    },
    words: 'Early opened Mon 22:00, KB5043080 taken back 00:04, soaks until Wed 14:00',
    narrowLine: 'Opened Mon 16 Sep 22:00',
  },
  {
    key: 'production',
    mark: 'scheduled',
    name: 'Production',
    count: '78',
    rules: ['The rest', '20 at a time'],
    phase: 'future',
    windows: [{ startMs: at('2024-09-19T02:00'), endMs: at('2024-09-19T05:00'), label: 'Thu 02:00' }],
    soak: [
      { startMs: at('2024-09-19T08:00'), endMs: at('2024-09-19T18:00'), label: '10 h' },
      { startMs: at('2024-09-20T08:00'), endMs: at('2024-09-20T18:00'), label: '10 h' },
    ],
    gate: { atMs: at('2024-09-20T23:00'), state: 'ahead', label: 'Ends Fri 18:00' },
    standing: {
      kind: 'words',
      mark: 'scheduled',
      title: 'Opens Thu 19 Sep 02:00',
      lines: ['Only versions that pass Early.', 'Shuts 05:00, last start 04:45'],
    },
    words: 'Production opens Thu 02:00, ends Fri 18:00',
    narrowLine: 'Opens Thu 19 Sep 02:00, 20 at a time',
  },
]

/** Head, lanes, why-sentence, needs-you rows, timeline. */
export function PageParts() {
  return (
    <>
      <PageHeader
        over={
          <DottedLine
            facts={[
              <Status key="state" state="soaking" tone="accent" isStrong size={14} word="Running, ring Early soaks" />,
              <span key="id" className="mono">
                R-2291
              </span>,
              'policy version 12, frozen Wed 11 Sep 16:20',
            ]}
          />
        }
        title="September security, Brightwater Accountants"
        lead={
          <>
            KB5043080 failed in Early and was taken back from 13 of 14 devices; it is held. The other three patches go
            on: Early soaks until <strong className="font-key text-text">Wed 18 Sep 14:00</strong>.
          </>
        }
        actions={
          <>
            <Button icon={<Pause size={14} aria-hidden />}>Pause</Button>
            <Button disabledReason="x" reasonPlacement="none" reasonId="promote-reason">
              Promote Early
            </Button>
            <Button variant="danger-outline">Roll back…</Button>
          </>
        }
        reason={{ id: 'promote-reason', text: 'Promote opens when the rollback has ended: BW-LT-0131 is offline.' }}
      />
      <Lanes
        lanes={lanes}
        axis={axis}
        now={{ atMs: nowMs, label: 'Now 09:12' }}
        due={{ atMs: at('2024-09-24T00:00'), label: 'Due Tue 24 Sep', detail: 'Cyber Essentials, 14 days' }}
      />
      <WhySentence
        question="Why is KB5043080 not on this device?"
        answer={
          <>
            It is <DecidingFact tone="back">held for Brightwater Accountants</DecidingFact> since Tue 17 Sep 00:04,
            because it stopped the print spooler on this device and one other in ring Early.
          </>
        }
        consequence="Nothing installs it here until a person lifts the hold. The other missing patches are not affected."
        action={<ButtonLink href="#">Open the hold</ButtonLink>}
        ladder={[
          { name: 'Hold', holds: 'client, by the gate', decides: { mark: 'held', tone: 'back' } },
          { name: 'Exception', holds: 'none' },
          { name: 'Reject', holds: 'none' },
          { name: 'Approval', holds: 'none' },
          { name: 'Rule 2', holds: 'would approve, security' },
          { name: 'Pending' },
        ]}
      />
      <div className="grid gap-10 [&>*]:min-w-0 min-[1100px]:grid-cols-2">
        <section>
          <SectionHead title="Needs you" aside="All clients you are given" />
          <NeedsYouList
            groups={[
              {
                key: 'today',
                name: 'Today',
                isUrgent: true,
                rows: (
                  <>
                    <NeedsYouRow
                      mark="past-due"
                      sentence="9 devices are past the KEV date for Chrome 128"
                      evidence="CVE-2024-7971 is being exploited; due Mon 16 Sep. An emergency campaign at 3 clients waits for a second person: you."
                      reach="1 day over"
                      reachTone="fail"
                      action={
                        <ButtonLink href="#" variant="primary">
                          Review and approve
                        </ButtonLink>
                      }
                    />
                    <NeedsYouRow
                      mark="rolled-back"
                      sentence="KB5043080 failed the Early gate at Brightwater Accountants"
                      evidence="2 of 14 lost the print spooler. Rolled back on 13, proved by re-scan; 1 is offline."
                      reach="since 00:04"
                      action={<ButtonLink href="#">Open rollout</ButtonLink>}
                    />
                  </>
                ),
              },
            ]}
          />
        </section>
        <section>
          <SectionHead title="History" aside="Every result is signed by the device" />
          <Timeline
            days={[
              {
                key: '17',
                name: 'Tuesday 17 September',
                events: [
                  {
                    key: '1',
                    time: '01:22',
                    mark: 'installed',
                    sentence: 'Second probe round passed',
                    detail: 'Print spooler, sign-in, crash dumps, disk.',
                  },
                  {
                    key: '2',
                    time: '00:31',
                    mark: 'rolled-back',
                    sentence: 'KB5043080 rolled back, proved by re-scan',
                    detail: 'Removed with DISM, one reboot. The servicing stack stays.',
                    proof: [
                      { label: 'Build before', value: '26100.1457', isMono: true },
                      { label: 'After install', value: '26100.1742', isMono: true },
                      { label: 'After rollback', value: '26100.1457', isMono: true },
                      { label: 'Print spooler', value: 'passed 21:58, failed 23:51, passed 00:31' },
                    ],
                  },
                ],
              },
              {
                key: '16',
                name: 'Monday 16 September',
                events: [
                  {
                    key: '3',
                    time: '23:51',
                    mark: 'failed',
                    sentence: 'Probe failed: print spooler running',
                    detail: 'Stopped 7 minutes after the reboot.',
                  },
                  {
                    key: '4',
                    time: '22:02',
                    mark: 'event',
                    sentence: 'Orders accepted',
                    detail: '4 orders, sequence 881 to 884.',
                  },
                ],
              },
            ]}
          />
        </section>
      </div>
    </>
  )
}
