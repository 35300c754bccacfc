import { notFound } from 'next/navigation'
import { load, orNotFound, serverApi } from '@/app/_trpc/server'

/**
 * A list whose address names a client that this person cannot see, or no client at all, is not found: leaving the word out would show
 * more than was asked for. `named` is `?client=` as it stands there; empty is as good as absent. Asked before anything is sent: once a
 * skeleton is on its way, the answer can no longer be 404.
 */
export async function knownClient(msp: string, named: string | string[] | undefined): Promise<void> {
  if (named === undefined || named === '') return
  const { clients } = await orNotFound(load(serverApi(msp).session.get.queryOptions()))
  if (!clients.some((client) => client.id === named)) notFound()
}
