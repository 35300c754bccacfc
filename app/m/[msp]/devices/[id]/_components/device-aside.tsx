'use client'
import { type Fact, FactsList } from '@/components/facts-list'
import {
  formatBytes,
  formatCount,
  formatDate,
  formatDateTime,
  formatDuration,
  formatList,
  formatTime,
  formatUntil,
} from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import type { DevicePage } from './device-header'

/** When it may change, what it is, and how it is. */
export function DeviceAside({ page }: { page: DevicePage }) {
  return (
    <>
      <Windows page={page} />
      <section aria-labelledby="facts-head">
        <SectionHead id="facts-head" title="Facts" />
        <FactsList facts={factsOf(page)} className="pt-3" />
      </section>
      <Probes page={page} />
    </>
  )
}

function Windows({ page }: { page: DevicePage }) {
  const { windows, zone, asOf, ring, clockChange } = page
  return (
    <section aria-labelledby="windows-head">
      <SectionHead id="windows-head" title="Next three windows" />
      {windows.isAlwaysOpen ? (
        <p className="border-line border-b py-3 text-body text-text-2">
          Always open: ring {ring.name} has no maintenance window.
        </p>
      ) : null}
      {!windows.isAlwaysOpen && windows.list.length === 0 ? (
        <p className="border-line border-b py-3 text-body text-text-2">No window in the weeks to come.</p>
      ) : null}
      <ol>
        {windows.list.map((one) => (
          <li key={one.opensAt.toISOString()} className="border-line border-b py-3">
            <div className="flex justify-between gap-4 font-key text-body text-text">
              <span>{formatDate(one.opensAt, zone, asOf)}</span>
              <span>
                {formatTime(one.opensAt, zone)} – {formatTime(one.closesAt, zone)}
              </span>
            </div>
            <div className="flex justify-between gap-4 text-detail text-text-3">
              <span>{one.opensAt <= asOf ? 'open now' : formatUntil(one.opensAt, asOf)}</span>
              <span>cut-off {formatTime(one.lastStartAt, zone)}</span>
            </div>
          </li>
        ))}
      </ol>
      <p className="pt-3 text-detail text-text-3">
        {zone}, the device’s own clock.
        {clockChange
          ? ` It goes ${clockChange.forwardMs > 0 ? 'forward' : 'back'} ${formatDuration(Math.abs(clockChange.forwardMs))} on ${formatDate(clockChange.at, zone, asOf)}; no window is lost or doubled.`
          : ''}
      </p>
    </section>
  )
}

function factsOf({ device, inventory, zone, asOf, policy, ring }: DevicePage): Fact[] {
  const known = (facts: (Fact | null)[]) => facts.filter((fact) => fact !== null)
  const { diskFreeBytes, diskTotalBytes, memoryBytes } = inventory
  const bootedAt = new Date(inventory.bootedAt)
  const moment = (at: Date) => formatDateTime(at, zone, asOf)
  return known([
    { label: 'System', value: device.osName },
    inventory.kernel ? { label: 'Kernel', value: inventory.kernel, isMono: true } : null,
    inventory.architecture ? { label: 'Architecture', value: inventory.architecture, isMono: true } : null,
    memoryBytes === null ? null : { label: 'Memory', value: formatBytes(memoryBytes) },
    diskFreeBytes === null || diskTotalBytes === null
      ? null
      : { label: 'Disk free', value: `${formatBytes(diskFreeBytes)} of ${formatBytes(diskTotalBytes)}` },
    Number.isNaN(bootedAt.getTime()) ? null : { label: 'Last reboot', value: moment(bootedAt) },
    {
      label: 'Reboot pending',
      value: device.isRebootPending ? (
        <span className="inline-flex items-center gap-1.5 text-warn">
          <StatusMark state="pending-reboot" size={13} />
          yes{inventory.rebootReasons.length > 0 ? `, for ${formatList(inventory.rebootReasons, 3)}` : ''}
        </span>
      ) : (
        'no'
      ),
    },
    { label: 'Packages', value: formatCount(inventory.installedCount) },
    { label: 'Last scan', value: inventory.scannedAt ? moment(inventory.scannedAt) : 'not yet' },
    { label: 'Tags', value: device.tags.length > 0 ? device.tags.join(', ') : 'none' },
    { label: 'Ring', value: ring.name ?? 'none' },
    { label: 'Policy', value: `version ${policy.label}` },
    { label: 'Agent', value: device.agentVersion, isMono: true },
    { label: 'Enrolled', value: moment(device.enrolledAt) },
  ])
}

function Probes({ page }: { page: DevicePage }) {
  const { history, zone, asOf } = page
  const newest = history.probes
    .map((probe) => probe.at)
    .sort()
    .at(-1)
  const failed = history.probes.filter((probe) => !probe.isPassed).length
  return (
    <section aria-labelledby="probes-head">
      <SectionHead id="probes-head" title="Health probes" />
      <ul>
        {history.probes.map((probe) => (
          <li key={probe.name} className="flex items-start gap-2 border-line border-b py-2.5 text-body">
            <StatusMark state={probe.isPassed ? 'installed' : 'failed'} size={14} className="mt-[3px]" />
            <span className="min-w-0">
              <span className={probe.isPassed ? 'text-text' : 'font-key text-fail'}>{probe.name}</span>
              {probe.isPassed ? (
                <span className="sr-only"> passed</span>
              ) : (
                <span className="wrap-anywhere block text-detail text-text-3">{probe.detail || 'failed'}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className="pt-3 text-detail text-text-3">
        {newest
          ? `${failed === 0 ? 'All passed' : `${formatCount(failed)} failed`}, last read ${formatDateTime(new Date(newest), zone, asOf)}.`
          : 'No order has run a probe here yet.'}
      </p>
    </section>
  )
}
