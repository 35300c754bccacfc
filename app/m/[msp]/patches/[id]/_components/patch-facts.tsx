import { Undo2 } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { useMsp } from '@/app/_trpc/client'
import { formatCount, formatFullDateTime, formatList, formatOf, plural } from '@/components/format'
import { Link } from '@/components/link'
import { StatusMark } from '@/components/status-mark'
import { noUndo } from '@/server/patches/rules'
import { paths } from '@/server/paths'
import { describeUndo, undoable } from '../../_components/patch-words'
import type { PatchData } from './patch-types'

/** Three questions before a yes: can it be undone, what happened on our own devices, where does it come from. */
export function PatchFacts({ data, timeZone }: { data: PatchData; timeZone: string }) {
  return (
    <section
      aria-label="About this patch"
      className="grid grid-cols-3 divide-x divide-line border-line border-y max-wide:grid-cols-1 max-wide:divide-x-0 max-wide:divide-y"
    >
      <UndoFact data={data} />
      <ResultsFact data={data} />
      <SourceFact data={data} timeZone={timeZone} />
    </section>
  )
}

function Fact({ question, answer, children }: { question: string; answer: ReactNode; children: ReactNode }) {
  return (
    <div className="px-5 py-3 first:pl-0 last:pr-0 max-wide:px-0">
      <h2 className="font-normal text-detail text-text-3">{question}</h2>
      <p className="flex items-center gap-2 py-0.5 font-key text-text">{answer}</p>
      <div className="text-detail text-text-2">{children}</div>
    </div>
  )
}

function UndoFact({ data }: { data: PatchData }) {
  const total = undoable(data.undo) + data.undo.snapshot + data.undo.none
  const answer =
    total === 0
      ? 'Nobody lacks it now'
      : undoable(data.undo) === total
        ? 'Yes, on every device'
        : undoable(data.undo) === 0
          ? 'No, on no device'
          : `On ${formatOf(undoable(data.undo), total)} devices`
  return (
    <Fact
      question="Can it be undone?"
      answer={
        <>
          {total > undoable(data.undo) ? <StatusMark state="asking" /> : <Undo2 size={16} aria-hidden />}
          {answer}
        </>
      }
    >
      {data.undoReasons.map(({ undoClass, reason, devices }) => (
        <span key={`${undoClass} ${reason}`} className="block">
          {describeUndo({ ...noUndo, [undoClass]: devices })}. {reason}
        </span>
      ))}
    </Fact>
  )
}

function ResultsFact({ data }: { data: PatchData }) {
  const { slug } = useMsp()
  const { proved, failed, rolledBack, open, byClient, rollouts } = data.results
  const tried = proved + failed + rolledBack
  const mark = tried === 0 ? 'no-data' : failed > 0 ? 'failed' : rolledBack > 0 ? 'rolled-back' : 'installed'
  const bad = byClient.filter((client) => client.failed + client.rolledBack > 0)
  return (
    <Fact
      question="Our own results"
      answer={
        <>
          <StatusMark state={mark} />
          {tried === 0 ? 'Not tried yet' : `${formatOf(proved, tried)} proved`}
        </>
      }
    >
      {tried === 0 ? 'No device you may see has installed it by a rollout. ' : null}
      {failed > 0 || rolledBack > 0
        ? `${formatCount(failed)} failed, ${formatCount(rolledBack)} rolled back, at ${formatList(bad.map((client) => client.name))}. `
        : tried > 0
          ? `None failed, none rolled back, at ${plural(byClient.length, 'client', 'clients')}. `
          : null}
      {open > 0 ? `${plural(open, 'device is', 'devices are')} on the way: ` : null}
      {rollouts.map((rollout, place) => (
        <span key={rollout.id}>
          {place > 0 ? ', ' : null}
          <Link className="link" href={paths.rollout(slug, rollout.id)}>
            <span className="whitespace-nowrap">R-{rollout.number}</span> {rollout.clientName}
          </Link>
        </span>
      ))}
    </Fact>
  )
}

function SourceFact({ data, timeZone }: { data: PatchData; timeZone: string }) {
  const { patch, asOf } = data
  return (
    <Fact question="Where it comes from" answer={<Source text={patch.source || 'Not told'} />}>
      {patch.manager}, {patch.architecture}. First seen at your devices{' '}
      {formatFullDateTime(patch.firstSeenAt, timeZone, asOf)}.
    </Fact>
  )
}

/** Long names of archives break after their slash. */
function Source({ text }: { text: string }) {
  const [archive = '', ...rest] = text.split('/')
  return (
    <span className="mono [overflow-wrap:anywhere]">
      {archive}
      {rest.map((part) => (
        <Fragment key={part}>
          /<wbr />
          {part}
        </Fragment>
      ))}
    </span>
  )
}
