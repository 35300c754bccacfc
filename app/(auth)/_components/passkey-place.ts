import 'server-only'
import { headers } from 'next/headers'
import { passkeyAddress } from '@/server/auth/rules'

/** Where this page has to be opened for passkeys to work: null when that is here. */
export async function otherPasskeyAddress(path: string): Promise<string | null> {
  const host = (await headers()).get('host') ?? ''
  return passkeyAddress(`http://${host}${path}`)
}
