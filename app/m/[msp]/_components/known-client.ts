import { notFound } from 'next/navigation'
import { load, orNotFound, serverApi } from '@/app/_trpc/server'

/**
 * A list narrowed to a client that this person cannot see is not found. Asked before anything is sent: once a
 * skeleton is on its way, the answer can no longer be 404.
 */
export async function knownClient(msp: string, clientId: string | undefined): Promise<void> {
  if (clientId === undefined) return
  const { clients } = await orNotFound(load(serverApi(msp).session.get.queryOptions()))
  if (!clients.some((client) => client.id === clientId)) notFound()
}
