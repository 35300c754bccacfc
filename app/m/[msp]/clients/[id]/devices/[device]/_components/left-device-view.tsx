'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatDate, formatDay, formatTime, localDayNumber } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { Timeline, type TimelineDay, type TimelineEvent } from '@/components/timeline'

/** What happened to a device while it belonged to this client. */
export function LeftDeviceView({ clientId, deviceId }: { clientId: string; deviceId: string }) {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.clients.leftDevice.queryOptions({ clientId, deviceId }))
  const { device, client, history, zone, asOf } = data
  const days: (TimelineDay & { events: TimelineEvent[] })[] = []
  for (const { key, at, mark, sentence, detail } of history.events) {
    const number = String(localDayNumber(at, zone))
    let day = days.at(-1)
    if (day?.key !== number) {
      day = { key: number, name: formatDay(at, zone, asOf), events: [] }
      days.push(day)
    }
    day.events.push({ key, time: formatTime(at, zone), dateTime: at.toISOString(), mark, sentence, detail })
  }
  const came = formatDate(device.arrivedAt, zone, asOf)
  return (
    <>
      <PageHeader
        title={device.hostName}
        isMono
        lead={
          device.leftAt
            ? `Belonged to ${client.name} from ${came} to ${formatDate(device.leftAt, zone, asOf)}. What is now is its new client’s.`
            : `Belongs to ${client.name} since ${came}.`
        }
      />
      <section aria-labelledby="history-head">
        <SectionHead id="history-head" title="History" aside={`Of its time at ${client.name}`} />
        {days.length === 0 ? <p className="py-3 text-body text-text-3">Nothing happened.</p> : <Timeline days={days} />}
      </section>
    </>
  )
}
