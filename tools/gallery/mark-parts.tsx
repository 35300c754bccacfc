import { EvidenceLegend, EvidenceMeter } from '@/components/evidence-meter'
import { FleetBar } from '@/components/fleet-bar'
import type { MarkState } from '@/components/mark-state'
import { RingStrip } from '@/components/ring-strip'
import { SectionHead } from '@/components/section-head'
import { Sparkline } from '@/components/sparkline'
import { Status } from '@/components/status-mark'
import { WeekStrip } from '@/components/week-strip'

const states: readonly MarkState[] = [
  'missing',
  'approved',
  'scheduled',
  'staged',
  'installing',
  'installed',
  'pending-reboot',
  'failed',
  'rolled-back',
  'held',
  'excepted',
  'not-applicable',
  'no-data',
  'soaking',
  'asking',
  'past-due',
  'missed-window',
  'second-person',
  'event',
]

const day = 24 * 60

/** Marks, ring strips, evidence, fleet, week, sparkline. */
export function MarkParts() {
  return (
    <>
      <div className="grid gap-10 [&>*]:min-w-0 min-[1200px]:grid-cols-3">
        <section>
          <SectionHead title="Status marks" aside="shape, then word, then colour" />
          <div className="grid grid-cols-2 gap-y-2 pt-3">
            {states.map((state) => (
              <Status key={state} state={state} word={state === 'event' ? 'Event' : undefined} />
            ))}
          </div>
        </section>
        <section className="flex flex-col gap-4">
          <SectionHead title="Ring strip" />
          <RingStrip
            label="Test passed, Early soaks, Production waits"
            rings={[
              { name: 'Test', count: '4', state: 'passed', gate: 'passed' },
              { name: 'Early', count: '14', state: 'soaking', share: 0.3, isCurrent: true, gate: 'ahead' },
              { name: 'Production', count: '78', state: 'waiting' },
            ]}
          />
          <RingStrip
            label="Test and Early passed, Production runs"
            rings={[
              { name: 'Test', count: '6', state: 'passed', gate: 'passed' },
              { name: 'Early', count: '31', state: 'passed', gate: 'passed' },
              { name: 'Production', count: '171', state: 'running', share: 0.62, isCurrent: true },
            ]}
          />
          <RingStrip
            label="Test passed, the gate of Early asks a person"
            rings={[
              { name: 'Test', count: '2', state: 'passed', gate: 'passed' },
              { name: 'Early', count: '5', state: 'done', isCurrent: true, gate: 'asking' },
              { name: 'Production', count: '29', state: 'waiting' },
            ]}
          />
          <RingStrip
            label="Test passed, Early failed and was taken back"
            rings={[
              { name: 'Test', count: '4', state: 'passed', gate: 'passed' },
              { name: 'Early', count: '14', state: 'taken-back', isCurrent: true, gate: 'failed' },
              { name: 'Production', count: '78', state: 'waiting' },
            ]}
          />
          <RingStrip
            isCompact
            label="Test passed, Early soaks"
            rings={[
              { name: 'Test', state: 'passed', gate: 'passed' },
              { name: 'Early', state: 'soaking', share: 0.5, gate: 'ahead' },
              { name: 'Production', state: 'waiting' },
            ]}
          />
        </section>
        <section className="flex flex-col gap-3">
          <SectionHead title="Gate evidence meter" />
          <EvidenceLegend />
          <EvidenceMeter
            evidence={{ succeeded: 13, silent: 1 }}
            needed={12}
            sentence="13 reported, 13 ok, 1 silent, 12 needed"
          />
          <EvidenceMeter
            evidence={{ 'rolled-back': 12, failed: 2 }}
            needed={12}
            sentence="14 reported, 12 ok then rolled back, 2 failed"
            verdict={<Status state="failed" size={13} word="Fail" isStrong />}
          />
          <EvidenceMeter
            evidence={{ succeeded: 2, 'pending-reboot': 1, silent: 2 }}
            needed={4}
            sentence="3 of 5 reported, 4 needed: not enough evidence"
          />
          <EvidenceMeter
            evidence={{ succeeded: 116, failed: 1, silent: 10, 'to-report': 44 }}
            needed={137}
            sentence="117 of 171 reported, 137 needed"
          />
        </section>
      </div>
      <FleetBar
        parts={[
          { kind: 'compliant', count: 4551, word: 'Compliant' },
          { kind: 'pending-reboot', count: 148, word: 'Pending reboot' },
          { kind: 'past-due', count: 90, word: 'Past due', href: '#' },
          { kind: 'no-data', count: 23, word: 'No data' },
        ]}
        note="54 exceptions open; none takes a device out of the count"
      />
      <div className="grid gap-10 [&>*]:min-w-0 min-[1200px]:grid-cols-2">
        <section>
          <SectionHead title="Week strip" className="mb-3" />
          <WeekStrip
            workingHours={[0, 1, 2, 3, 4].map((index) => ({
              startMinute: index * day + 480,
              endMinute: index * day + 1080,
            }))}
            rows={[
              {
                name: 'Test',
                windows: [0, 1, 2, 3].map((index) => ({
                  startMinute: index * day + 1200,
                  endMinute: index * day + 1380,
                })),
                words: 'Mon to Thu 20:00 to 23:00',
              },
              {
                name: 'Early',
                windows: [{ startMinute: day + 1200, endMinute: day + 1380 }],
                words: 'Tue 20:00 to 23:00',
              },
              {
                name: 'Production',
                windows: [{ startMinute: 5 * day + 1200, endMinute: 5 * day + 1560 }],
                former: [{ startMinute: 3 * day + 1200, endMinute: 3 * day + 1380 }],
                words: 'Sat 20:00 to 02:00, was Thu 20:00 to 23:00',
              },
            ]}
          />
        </section>
        <section>
          <SectionHead title="Sparkline" className="mb-3" />
          <div className="flex items-center gap-4">
            <Sparkline
              shares={[0.91, 0.9, 0.89, 0.86, 0.83, 0.8, 0.763]}
              goal={0.95}
              label="76.3 % now, 91.0 % a month ago, goal 95 %"
            />
            <Sparkline shares={[0.93, 0.94, 0.95, 0.96, 0.955, 0.952]} goal={0.95} label="95.2 % now, goal 95 %" />
            <Sparkline shares={[]} goal={0.95} label="no data" />
          </div>
        </section>
      </div>
    </>
  )
}
