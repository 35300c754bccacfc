import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isLoopbackHost } from '../../server/auth/peer-address.ts'
import type { CaughtMail, MailStore } from './mail-store.ts'

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Nothing of a mail may run or load anything here, were it not escaped either.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** What `text` is when it stands in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}

/** The pages of a sink: the list, each mail as text, and `GET /mails?to=` as JSON for tests. */
export function makeMailPages(store: MailStore): Server {
  return createServer((request, response) => answer(store, request, response))
}

function answer(store: MailStore, request: IncomingMessage, response: ServerResponse): void {
  const url = URL.parse(request.url ?? '/', 'http://sink.invalid')
  const mail = url?.pathname.startsWith('/mail/') ? store.find(url.pathname.slice('/mail/'.length)) : undefined
  // A page elsewhere that gets its own name to resolve to this machine reads no mail here.
  if (!isLoopbackHost(request.headers.host ?? '')) say(response, 403, page('Not here', '<p>Loopback only.</p>'))
  else if (request.method !== 'GET' || !url) say(response, 405, page('Not here', '<p>Reading only.</p>'))
  else if (url.pathname === '/readyz') say(response, 200, 'ready')
  else if (url.pathname === '/mails') {
    const body = JSON.stringify(store.list(url.searchParams.get('to') ?? undefined))
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body)
  } else if (url.pathname === '/') say(response, 200, listPage(store.list()))
  else if (mail) say(response, 200, mailPage(mail))
  else say(response, 404, page('Not found', '<p>There is no such mail.</p><p><a href="/">All mails</a></p>'))
}

function say(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, headers).end(html)
}

function listPage(mails: CaughtMail[]): string {
  const rows = mails.map(
    ({ id, at, to, subject }) =>
      `<tr><td>${escapeHtml(at.slice(0, 19).replace('T', ' '))}</td><td>${escapeHtml(to.join(', '))}</td>
      <td><a href="/mail/${escapeHtml(id)}">${escapeHtml(subject || '(no subject)')}</a></td></tr>`,
  )
  const table = `<table><thead><tr><th>UTC</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return page('Caught mail', `<p>Nothing here left this machine.</p>${rows.length > 0 ? table : '<p>No mail yet.</p>'}`)
}

function mailPage({ subject, from, to, at, text }: CaughtMail): string {
  const link = /https?:\/\/[^\s<>"]+/.exec(text)?.[0]
  // Only an address of the web, and as text in an attribute: a mail cannot choose another kind of link.
  const open = link ? `<p><a href="${escapeHtml(link)}">Open its link</a></p>` : ''
  return page(
    subject,
    `<p>From ${escapeHtml(from)}<br>To ${escapeHtml(to.join(', '))}<br>${escapeHtml(at)}</p><pre>${escapeHtml(text)}</pre>${open}
    <p><a href="/">All mails</a></p>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid ButtonBorder}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid ButtonBorder;padding:1rem;font:13px/1.6 ui-monospace,monospace}</style>
</head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`
}
