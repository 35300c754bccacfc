import { SheetFigure } from '@/app/_components/sheet-figure'
import { formatCount, formatDay, formatFullDateTime, plural } from '@/components/format'
import { Logo } from '@/components/logo'
import { nightWords } from './exception-words'
import { PortalConsents } from './portal-consents'
import { PortalExceptions } from './portal-exceptions'
import type { Portal } from './portal-header'
import { PortalQuestion } from './portal-question'
import { portalLead, portalTitle, windowSentence } from './portal-words'
import { SheetSection } from './sheet-section'

/** The sheet: the answer as a sentence, three figures, when the next updates come, and how it was counted. */
export function PortalSheet({ portal }: { portal: Portal }) {
  const { computers, organisation, asOf, countedAt, msp } = portal
  const { timeZone } = organisation
  return (
    <article className="rounded-panel border border-line bg-canvas px-14 py-12 max-wide:px-5 max-wide:py-8">
      <p className="flex flex-wrap justify-between gap-x-6 text-body text-text-3">
        <span>{formatDay(asOf, timeZone, asOf)}</span>
        {countedAt ? <span>{plural(computers.all, 'computer', 'computers')}</span> : null}
      </p>
      <h1 className="text-balance pt-5 font-semibold text-report max-wide:text-title">{portalTitle(portal)}</h1>
      <p className="max-w-[560px] pt-3 text-text-2 text-why">{portalLead(portal)}</p>
      {countedAt && computers.all > 0 ? (
        <dl className="mt-8 grid border-text border-t-2 wide:grid-cols-3">
          <SheetFigure label="Up to date" value={formatCount(computers.upToDate)}>
            Every important update that was due is installed.
          </SheetFigure>
          <SheetFigure label="Waiting for a restart" value={formatCount(computers.waitForRestart)}>
            The update is installed and works after the next restart.
          </SheetFigure>
          <SheetFigure label="Silent" value={formatCount(computers.silent)}>
            Switched off, away, or without a network; nobody knows how they stand.
          </SheetFigure>
        </dl>
      ) : null}
      <PortalQuestion portal={portal} />
      <PortalConsents portal={portal} />
      <PortalExceptions portal={portal} />
      <SheetSection title="Next updates">
        <p className="pt-3 text-lead text-text-2">{windowSentence(portal)}</p>
        {portal.nights.length > 0 ? (
          <>
            <ul className="pt-2 text-body text-text-2">
              {portal.nights.map((night) => (
                <li key={`${night.opensAt.toISOString()} ${night.closesAt.toISOString()}`}>
                  {nightWords(night, timeZone, asOf)}
                </li>
              ))}
            </ul>
            <p className="pt-2 text-detail text-text-3">
              Programs may close and start again in these hours. No computer is restarted by it: where one is needed it
              waits for the next restart.
            </p>
          </>
        ) : null}
      </SheetSection>
      <footer className="mt-10 flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-line-strong border-t pt-4 text-detail text-text-3">
        <p className="max-w-[520px]">
          <b className="font-key text-text-2">How we counted.</b> {howCounted(countedAt, timeZone, asOf)} Questions go
          to {msp.name}. Times are those of {zoneName(timeZone)}.
        </p>
        <span className="flex items-center gap-2">
          <Logo size={14} />
          Patchward
        </span>
      </footer>
    </article>
  )
}

const howCounted = (countedAt: Date | null, zone: string, now: Date) =>
  countedAt
    ? `Counted ${formatFullDateTime(countedAt, zone, now)} from what each computer reported. One may wait for a restart and be silent at once.`
    : 'Nothing was counted yet.'

/** "Europe/London" as people say it. */
const zoneName = (zone: string) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
