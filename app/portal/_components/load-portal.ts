import 'server-only'
import { notFound } from 'next/navigation'
import { errorCodeOf } from '@/app/_trpc/query-client'
import { load, serverApi } from '@/app/_trpc/server'

/** The portal's one page. A person of the MSP itself finds nothing here, as everybody else who is no client manager there. */
export async function loadPortal(msp: string, client?: string) {
  try {
    return await load(serverApi(msp).portal.get.queryOptions({ client }))
  } catch (error) {
    if (['NOT_FOUND', 'BAD_REQUEST', 'FORBIDDEN'].includes(errorCodeOf(error) ?? '')) notFound()
    throw error
  }
}
