import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import {
  createCheckout,
  createCustomer,
  createPortal,
  fetchState,
  findMeterValue,
  listEvents,
  sendMeterEvent,
  setEnding,
} from './gateway.ts'
import { connectStripe } from './stripe-connection.ts'

const version = 'v0.197.0'

/** Go's address, or null. */
function findGo(): string | null {
  for (const go of ['go', '/usr/local/go/bin/go'])
    try {
      execFileSync(go, ['version'])
      return go
    } catch {
      // The next one, or none.
    }
  return null
}

/** Stripe's own description of its API, on a free port: it knows every parameter's name and type, and remembers nothing. */
async function startStripeMock(go: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-mock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  execFileSync(go, ['install', `github.com/stripe/stripe-mock@${version}`], {
    env: { ...process.env, GOBIN: folder },
    stdio: 'pipe',
  })
  const mock = spawn(join(folder, 'stripe-mock'), ['-http-port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void mock.kill())
  for await (const line of createInterface(mock.stdout)) {
    const port = /HTTP at address: .*:(\d+)$/.exec(line)?.[1]
    if (port) return `http://127.0.0.1:${port}`
  }
  throw new Error('stripe-mock ended')
}

const go = findGo()
if (go)
  test('Stripe knows every parameter that we send, and its answers are read', async () => {
    const apiBase = await startStripeMock(go)
    const headers = { authorization: 'Bearer sk_test_123', 'content-type': 'application/x-www-form-urlencoded' }
    const invented = await fetch(`${apiBase}/v1/customers`, { method: 'POST', headers, body: 'metadada[a]=1' })
    expect(invented.status, 'a parameter that nobody knows').toBe(400)
    const meters: { data: { event_name: string }[] } = await fetch(`${apiBase}/v1/billing/meters`, { headers }).then(
      (answer) => answer.json(),
    )
    connectStripe({
      ...{ secretKey: 'sk_test_123', webhookSecrets: ['x'], priceId: 'price_1', apiBase },
      meterEventName: meters.data[0]?.event_name ?? '',
    })
    onTestFinished(() => connectStripe(null))
    const [mspId, at] = [crypto.randomUUID(), new Date()]
    const customerId = await createCustomer(mspId, 'Northfold')
    await createCheckout({ mspId, customerId, anchor: at, returnUrl: 'https://console.example/m/x' })
    await createPortal(customerId, 'https://console.example/m/x')
    await setEnding('sub_1', true)
    await fetchState(customerId)
    await sendMeterEvent({ customerId, identifier: 'x', devices: 1, at })
    await findMeterValue(customerId, at, at)
    await listEvents(at)
  })
else
  test(`not run: no Go on this machine to build stripe-mock ${version} with`, () => {
    expect(go).toBeNull()
  })
