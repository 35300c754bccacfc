/** Somebody who uses the console over HTTP, without a browser: what a page's form would send, and the cookie it gets. */
export class ConsoleVisitor {
  #address
  #cookie = ''

  constructor(address) {
    this.#address = address
  }

  /** Opens a one-time link and presses its button. Throws when that does not lead home with a session. */
  async signIn(link) {
    const page = await fetch(link)
    const html = await page.text()
    const form = /<form[^>]*method="post"[^>]*action="([^"]+)"|<form[^>]*action="([^"]+)"[^>]*method="post"/i.exec(html)
    const token = /<input[^>]*name="token"[^>]*value="([^"]+)"/i.exec(html)?.[1]
    if (!page.ok || !form || !token) throw new Error(`the link's page has no form (${page.status})`)
    const answer = await fetch(new URL(form[1] ?? form[2], this.#address), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: this.#address, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }),
    })
    this.#cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    if (answer.status !== 303 || answer.headers.get('location') !== '/' || !this.#cookie)
      throw new Error(`the link was refused (${answer.status} to ${answer.headers.get('location')})`)
  }

  /** A page's HTML. */
  async open(path) {
    const answer = await fetch(new URL(path, this.#address), { headers: { cookie: this.#cookie } })
    return { status: answer.status, html: await answer.text() }
  }

  /** The answer of a tRPC query of this MSP. Throws its error in words. */
  async query(msp, procedure, input = {}) {
    const url = new URL(`/api/m/${msp}/trpc/${procedure}`, this.#address)
    url.searchParams.set('input', JSON.stringify({ json: input }))
    const answer = await fetch(url, { headers: { cookie: this.#cookie } })
    const { result, error } = await answer.json()
    if (!result) throw new Error(`${procedure} answered ${answer.status}: ${error?.json?.message}`)
    return result.data.json
  }
}
