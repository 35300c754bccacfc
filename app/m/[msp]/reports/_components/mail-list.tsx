import type { Outputs } from '@/server/api/root'

type ReportMail = Outputs['reports']['delivery']['mails'][number]

/** What became of each mail, in the order in which they were asked for. */
export function MailList({ mails, when }: { mails: readonly ReportMail[]; when: (at: Date) => string }) {
  return (
    <ul className="flex w-full flex-col divide-y divide-line border-line border-y text-body">
      {mails.map((mail) => (
        <li key={mail.id} className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-2">
          <span className="min-w-0 break-words">
            {mail.name} <span className="text-text-3">{mail.email}</span>
          </span>
          <span className={mail.fault && mail.state !== 'stopped' ? 'text-fail' : 'text-text-2'}>
            {stateWords(mail, when)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function stateWords({ state, fault, sentAt, nextAt }: ReportMail, when: (at: Date) => string): string {
  switch (state) {
    case 'sent':
      return sentAt ? `Sent ${when(sentAt)}` : 'Sent'
    case 'sending':
      return 'Leaves now'
    case 'waiting':
      return fault ? `${fault} Tried again ${when(nextAt)}.` : 'Waits'
    case 'unsure':
      return `${fault} It is not tried again by itself.`
    case 'stopped':
      return fault || 'Stopped before it left'
  }
}
