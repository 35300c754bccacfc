import { getBilling } from '../billing/get-billing.ts'
import { listUsageDays } from '../billing/list-usage-days.ts'
import { parseBillingQuery, parseUsageDaysQuery } from '../billing/schema.ts'
import { listTable, whole } from './list-table.ts'

type Bill = Awaited<ReturnType<typeof getBilling>>
type DayRow = Awaited<ReturnType<typeof listUsageDays>>[number]
type UsageRow = Bill['clients'][number] & Pick<Bill, 'month' | 'currency' | 'isFree'>

/** Two decimals and no sign, so that spreadsheets add it up. */
const amount = (cents: number) => (cents / 100).toFixed(2)

/** What each client has of a month of the bill, and the days behind it: the statement that a client is billed by. */
export const billingLists = {
  usage: listTable<UsageRow>(
    {
      Month: (row) => row.month,
      Client: (row) => row.name,
      State: (row) => row.state,
      'Devices at most': (row) => row.peak,
      'Devices that count': (row) => row.number,
      'Share (%)': (row) => (row.share * 100).toFixed(2),
      // Of a month in the trial nothing is taken.
      Amount: (row) => amount(row.isFree ? 0 : row.cents),
      'Without a trial': (row) => amount(row.cents),
      Currency: (row) => row.currency,
      Id: (row) => row.clientId,
    },
    async (ctx, query) => {
      const { month, currency, isFree, clients } = await getBilling(ctx, parseBillingQuery(query))
      return whole(clients.map((row) => ({ ...row, month, currency, isFree })))
    },
  ),
  'usage-days': listTable<DayRow>(
    {
      'Day (UTC)': (row) => row.day,
      Client: (row) => row.name,
      'Devices enrolled': (row) => row.enrolled,
      'Devices that count': (row) => row.peak,
      Free: (row) => row.isFree,
      Id: (row) => row.clientId,
    },
    async (ctx, query) => whole(await listUsageDays(ctx, parseUsageDaysQuery(query))),
  ),
}
