import 'server-only'
import { notFound } from 'next/navigation'
import { errorCodeOf } from '@/app/_trpc/query-client'
import { load, serverApi } from '@/app/_trpc/server'

/** How an organisation stands today. */
export const loadPortal = (msp: string, client?: string) =>
  orNothing(load(serverApi(msp).portal.get.queryOptions({ client })))

/** Its report of a month, or its newest. */
export const loadPortalReport = (msp: string, client: string, month?: string) =>
  orNothing(load(serverApi(msp).portal.report.queryOptions({ client, month })))

/** A person of the MSP itself finds nothing here, as everybody else who is no client manager there. */
async function orNothing<T>(loaded: Promise<T>): Promise<T> {
  try {
    return await loaded
  } catch (error) {
    if (['NOT_FOUND', 'BAD_REQUEST', 'FORBIDDEN'].includes(errorCodeOf(error) ?? '')) notFound()
    throw error
  }
}
