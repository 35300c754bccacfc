import { mkdtemp, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectMail, linkTo, mailSinkUrl, sendMail } from '../../server/mail/gateway.ts'
import { type Sink, startSink } from './start-sink.ts'

let folder: string
let sink: Sink
const publicUrl = 'https://console.example'
const connect = (url: string | undefined) =>
  connectMail({ url, from: 'Patchward <patchward@console.example>', publicUrl })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchward-mail-'))
  sink = await startSink({ smtpPort: 0, webPort: 0, folder })
  connect(sink.smtpUrl)
})
afterEach(async () => {
  await sink.close()
  await rm(folder, { recursive: true, force: true })
})

const page = async (path: string) => (await fetch(`${sink.url}${path}`)).text()

test('a mail is caught as it was sent, shown, and answered as JSON by its recipient', async () => {
  const text = `Hello Zoë,\n\n${linkTo('/invitation?token=a%2Bb')}\n`
  await sendMail({ to: 'zoe@example.com', subject: 'Zoë, come in', text })
  await sendMail({ to: 'other@example.com', subject: 'Another', text: 'Nothing' })
  const mails = JSON.parse(await page('/mails?to=ZOE@example.com'))
  expect(mails).toMatchObject([{ to: ['zoe@example.com'], subject: 'Zoë, come in', text }])
  expect(mails[0].from).toContain('patchward@console.example')
  expect(await page('/')).toContain('Zoë, come in')
  expect(await page(`/mail/${mails[0].id}`)).toContain('href="https://console.example/invitation?token=a%2Bb"')
})

test('whatever a mail says is text on the pages', async () => {
  const bad = '<img src=x onerror=alert(1)>"\'&'
  await sendMail({ to: 'a@example.com', subject: bad, text: `${bad} http://x/"onclick="alert(1)` })
  const [mail] = sink.store.list()
  for (const html of [await page('/'), await page(`/mail/${mail?.id}`)]) {
    expect(html).not.toContain('<img')
    expect(html).not.toContain('"onclick')
    expect(html).toContain('&lt;img src=x')
  }
})

test('nobody writes another header or recipient by a name or an address', async () => {
  for (const mail of [
    { to: 'a@example.com\r\nBcc: b@example.com', subject: 'x', text: 'x' },
    { to: 'a@example.com, b@example.com', subject: 'x', text: 'x' },
    { to: 'A <a@example.com>', subject: 'x', text: 'x' },
    { to: 'a@example.com', subject: 'x\r\nBcc: b@example.com', text: 'x' },
  ])
    await expect(sendMail(mail)).rejects.toThrow('broken head')
  expect(sink.store.list()).toEqual([])
})

test('mail outlives the sink, in files of its owner only', async () => {
  await sendMail({ to: 'a@example.com', subject: 'Kept', text: 'x' })
  const [mail] = sink.store.list()
  expect((await stat(join(folder, `${mail?.id}.json`))).mode & 0o777).toBe(0o600)
  await sink.close()
  sink = await startSink({ smtpPort: 0, webPort: 0, folder })
  expect(sink.store.list()).toEqual([mail])
})

test('a name that only resolves to this machine reads nothing', async () => {
  const status = await new Promise((resolve) => {
    const { port } = new URL(sink.url)
    request({ port, host: '127.0.0.1', path: '/mails', headers: { host: 'evil.example' } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).end()
  })
  expect(status).toBe(403)
})

test('a mail that cannot go is said in one sentence', async () => {
  const mail = { to: 'a@example.com', subject: 'x', text: 'x' }
  connect(undefined)
  await expect(sendMail(mail)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Not sent: this installation has no mail server (MAIL_URL).',
  })
  const gone = sink.smtpUrl
  await sink.close()
  connect(gone)
  await expect(sendMail(mail)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Not sent: the mail server did not take the mail.',
  })
  expect(mailSinkUrl()).toBeNull()
  sink = await startSink({ smtpPort: 0, webPort: 0, folder })
})
