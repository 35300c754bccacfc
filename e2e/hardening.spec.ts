import { request } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { mutationRoutes } from './_support/mutation-routes.ts'
import { watchViolations } from './_support/page-policy.ts'
import { mintLink, nora, openLink, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'

test('a script that somebody got into a page does not run', async ({ page, context }) => {
  const violations = await watchViolations(context)
  // As if a page had taken over something hostile: the server's own answer, headers and all, with markup in it.
  await page.route(paths.signIn(), async (route) => {
    const response = await route.fetch()
    const hostile = `<script>window.hasRun = 'inline'</script><img src="/nothing" onerror="window.hasRun = 'handler'">
      <base href="https://evil.example/"><script src="https://evil.example/x.js"></script>
      <a href="javascript:window.hasRun = 'link'" id="trap">x</a><style>body { display: none }</style>`
    await route.fulfill({ response, body: (await response.text()).replace(/<body[^>]*>/, (body) => body + hostile) })
  })
  await page.goto(paths.signIn())
  await page.evaluate(() => document.querySelector<HTMLElement>('#trap')?.click())
  await expect
    .poll(() => violations.map((text) => text.split(' ')[1]).sort())
    .toEqual(expect.arrayContaining(['base-uri', 'script-src-attr', 'script-src-elem', 'style-src-elem']))
  expect(await page.evaluate(() => Reflect.get(window, 'hasRun') ?? 'nothing')).toBe('nothing')
})

test('no other page may frame the console', async ({ page, baseURL }) => {
  await page.setContent(`<iframe title="framed" src="${baseURL}${paths.signIn()}"></iframe>`)
  await expect.poll(() => page.frames().length).toBe(2)
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveCount(0)
})

test('every answer carries the headers: pages, files, data, errors', async ({ page, records }) => {
  await signInAs(page, nora)
  const device = await records.findDevice('bw-ws-01')
  const html = await (await page.request.get(paths.overview(msp))).text()
  const [, script = '/_next/static/none.js'] = /src="(\/_next\/static\/[^"]+\.js)"/.exec(html) ?? []
  const addresses = [
    paths.overview(msp),
    paths.device(msp, device.id),
    script,
    '/icon.svg',
    '/robots.txt',
    '/.well-known/security.txt',
    '/healthz',
    '/readyz',
    '/nothing-here',
    '/%E0%A4%A',
    '/api/nothing-here',
    '/_next/static/nothing.js',
    `${paths.trpc(msp)}/session.get`,
    `${paths.trpc(msp)}/no.such`,
    `${paths.trpc('no-such-msp')}/session.get`,
    paths.csv(msp, 'devices'),
    '/api/v1/devices',
  ]
  for (const address of addresses) {
    const headers = (await page.request.get(address)).headers()
    expect({ address, ...headers }).toMatchObject({
      address,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
    expect(headers['x-powered-by']).toBeUndefined()
    // This stack is reached by plain HTTP.
    expect(headers['strict-transport-security']).toBeUndefined()
  }
})

test('nothing is changed by a page of another site', async ({ page, baseURL }) => {
  await openLink(page, await mintLink(nora))
  await expect(page).toHaveURL(/\/m\//)
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const elsewhere = await request.newContext({ baseURL, maxRedirects: 0 })
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  // A body that is too large ends its connection: the next request has one of its own.
  const apart = { connection: 'close' }
  const link = await mintLink(nora)
  const token = new URL(link).searchParams.get('token') ?? ''
  expect(token).not.toBe('')
  for (const [file, { address, body: sent, refusal, large: tooMuch }] of Object.entries(mutationRoutes)) {
    const body = { ...sent, text: sent.text.replace('{link}', encodeURIComponent(token)) }
    const callers: Record<string, { headers: Record<string, string>; data: string }> = {
      'a form of another site': {
        headers: { ...evil, 'content-type': 'application/x-www-form-urlencoded' },
        data: body.text,
      },
      'a script of another site': { headers: { ...evil, 'content-type': body.type }, data: body.text },
      'a plain-text form of another site': { headers: { ...evil, 'content-type': 'text/plain' }, data: body.text },
      'a page of a neighbour': {
        headers: { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site', 'content-type': body.type },
        data: body.text,
      },
      'a page without an origin': { headers: { origin: 'null', 'content-type': body.type }, data: body.text },
      'a program that says nothing': { headers: { 'content-type': body.type }, data: body.text },
    }
    for (const [caller, { headers, data }] of Object.entries(callers)) {
      const answer = await elsewhere.post(address, { headers: { ...apart, ...headers, cookie }, data })
      const what = `${file}, ${caller}`
      const told = { what, status: answer.status(), location: answer.headers().location }
      if (refusal === 'key') expect(told).toMatchObject({ what, status: 401 })
      else if ('path' in refusal) expect(told).toEqual({ what, status: 303, location: refusal.path })
      else expect(told).toMatchObject({ what, status: refusal.status })
      expect(answer.headers()['set-cookie'], what).toBeUndefined()
    }
    const own = {
      ...apart,
      origin: baseURL ?? '',
      'sec-fetch-site': 'same-origin',
      'content-type': body.type,
      cookie: 'x=1',
    }
    const large = await elsewhere.post(address, { headers: own, data: `token=${'x'.repeat(2_000_000)}` })
    expect([file, large.status()]).toEqual([file, tooMuch])
  }
  await elsewhere.dispose()
  // Whose cookie it was is signed in still, and nothing was made.
  await page.goto(paths.clients(msp))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('client')
  await expect(page.getByText('Made by a page of another site')).toHaveCount(0)
  // Nor was the link used up that they all sent.
  await openLink(page, link)
  await expect(page).toHaveURL(/\/m\//)
})

test('what nobody foresaw tells nothing about the inside', async ({ page, records }) => {
  // Last by its name, so that nobody begins there.
  const slug = 'zz-broken-msp'
  const mspId = await records.factories.makeMsp('Zz broken msp')
  // A zone that no verb lets in: everything that shows a time for this client throws.
  await records.factories.makeClient(mspId, { name: 'Broken', timeZone: 'Inside/Secret' })
  const northfold = await records.findMsp(msp)
  const [member] = await records.factories.inMsp(
    northfold,
    (tx) => tx<{ userId: string }[]>`select user_id as "userId" from members where email = ${nora.email}`,
  )
  await records.factories.inMsp(
    mspId,
    (tx) => tx`insert into members (msp_id, user_id, name, email, role, has_all_clients, created_at)
      values (${mspId}, ${member?.userId ?? ''}, ${nora.name}, ${nora.email}, 'owner', true, now())`,
  )
  await signInAs(page, nora)
  let failed = 0
  for (const address of [
    paths.overview(slug),
    paths.clients(slug),
    paths.policies(slug),
    `${paths.trpc(slug)}/clients.list`,
    `${paths.trpc(slug)}/overview.get`,
    paths.csv(slug, 'clients'),
  ]) {
    const answer = await page.request.get(address)
    const text = await answer.text()
    if (answer.status() >= 500 || /went wrong/i.test(text)) failed += 1
    expect(text, address).not.toMatch(
      /RangeError|Invalid time zone|TypeError|node_modules|file:\/\/|\/server\/|\.ts:\d|\bat async\b|select .{0,200} from |drizzle|postgres/i,
    )
  }
  await records.factories.inMsp(mspId, (tx) => tx`update members set suspended_at = now()`)
  expect(failed).toBeGreaterThanOrEqual(3)
})

test('machines that look around are told to leave, and where to write', async ({ page }) => {
  expect(await (await page.request.get('/robots.txt')).text()).toBe('User-agent: *\nDisallow: /\n')
  const answer = await page.request.get('/.well-known/security.txt')
  expect(answer.headers()['content-type']).toContain('text/plain')
  // This stack names nobody; `app/.well-known/security.txt/route.test.ts` has the other answer.
  expect([answer.status(), await answer.text()]).toEqual([404, expect.stringContaining('SECURITY_CONTACT')])
})
