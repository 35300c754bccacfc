import type { BrowserContext, Request } from '@playwright/test'

/** Counts the live streams that a browser holds open at one time, over all of its tabs. */
export function watchStreams(context: BrowserContext): { open(): number; most(): number } {
  const open = new Set<Request>()
  let most = 0
  context.on('request', (request) => {
    if (!new URL(request.url()).pathname.endsWith('/events')) return
    open.add(request)
    most = Math.max(most, open.size)
  })
  const close = (request: Request) => open.delete(request)
  context.on('requestfinished', close)
  context.on('requestfailed', close)
  context.on('page', (page) => page.on('close', () => forget(page)))
  const forget = (page: unknown) => {
    for (const request of open) if (request.frame().page() === page) open.delete(request)
  }
  return { open: () => open.size, most: () => most }
}
