import type { SessionRow } from '../auth/sessions.ts'
import { csvLists } from '../csv/lists.ts'
import { csvFileName } from '../csv/rules.ts'
import { csvListNames } from '../csv/schema.ts'
import { streamCsv } from '../csv/stream-csv.ts'
import { notFound } from '../errors.ts'
import { answerDownload } from './answer-download.ts'

interface Asked {
  msp: string
  list: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of CSV files: the list of this name, narrowed as its page is. */
export function answerCsv(request: Request, { msp, list, findSignedIn }: Asked): Promise<Response> {
  return answerDownload({ request, msp, findSignedIn }, async (ctx, renew) => {
    const { table, name } = getList(list)
    const query = Object.fromEntries(new URL(request.url).searchParams)
    let isFirst = true
    const next = async () => {
      if (!isFirst) return renew()
      isFirst = false
      return ctx
    }
    return {
      body: await streamCsv(table, query, next),
      type: 'text/csv; charset=utf-8',
      fileName: csvFileName(msp, name, ctx.now),
    }
  })
}

function getList(list: string) {
  const name = csvListNames.find((each) => each === list)
  if (!name) throw notFound('This list')
  return { name, table: csvLists[name] }
}
