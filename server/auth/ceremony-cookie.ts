import { cookies } from 'next/headers'
import { ceremonyMs } from './passkey-challenges.ts'
import { hasSecureCookies } from './store.ts'

/** `__Host-`: no other host and no path of this one can have set it. */
const name = () => `${hasSecureCookies() ? '__Host-' : ''}patchward-ceremony`

/** Ties a passkey ceremony to the browser that began it. */
export async function keepCeremony(token: string): Promise<void> {
  const jar = await cookies()
  jar.set(name(), token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: hasSecureCookies(),
    maxAge: ceremonyMs / 1000,
  })
}

/** The ceremony of this browser, or ''. */
export async function ceremonyToken(): Promise<string> {
  return (await cookies()).get(name())?.value ?? ''
}
