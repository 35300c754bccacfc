import { AsyncLocalStorage } from 'node:async_hooks'

interface Asking {
  cookies: Map<string, string>
  headers(): Headers
}
const inUse = new AsyncLocalStorage<Asking>()

/** Runs a request as this browser's: what stands in place of `next/headers` reads and writes its cookies. */
export const asBrowser = <T>(browser: Asking, work: () => Promise<T>): Promise<T> => inUse.run(browser, work)

function current(): Asking {
  const browser = inUse.getStore()
  if (!browser) throw new Error('no browser asks just now')
  return browser
}

/** In place of `next/headers`: `vi.mock('next/headers', async () => (await import('…/testing/next-headers.ts')).nextHeaders)`. */
export const nextHeaders = {
  cookies: async () => {
    const { cookies } = current()
    return {
      get: (name: string) => (cookies.has(name) ? { value: cookies.get(name) } : undefined),
      set: (name: string, value: string) => cookies.set(name, value),
    }
  },
  headers: async () => current().headers(),
}
