import type { APIRequestContext, APIResponse } from '@playwright/test'
import { type Action, permissionsOf } from '../server/permissions.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { signOut } from './_support/account.ts'
import { ensureSecret, secret } from './_support/hidden-device.ts'
import { makeOwnPerson, openStores } from './_support/own-person.ts'
import type { Records } from './_support/records.ts'
import { fillRoute, listRoutes } from './_support/routes.ts'
import { ines, mia, nora, openAs, tom } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

/** What neither Tom nor another company may read anywhere. */
const hidden = /harbour|hl-ws|hl-secret/i

/** What a page answers to whom. Every page of the console has a line; a new one without fails. */
interface Case {
  /** Values of the address beside the MSP, of things of the hidden client. */
  values?: (ids: HiddenIds) => Record<string, string>
  /** Opens without a session: its way in, or what anybody may read. */
  isPublic?: boolean
  /** For the owner; 200 unless it leads on or away. */
  owner?: number
  /** The right it asks for; 404 for a role without it. Everybody of the company has those of pages without. */
  needs?: Action
  /** For a technician of other clients; 404 where the address names something of the hidden client, else as the owner. */
  technician?: number
}
interface HiddenIds {
  clientId: string
  deviceId: string
  patchId: string
  rolloutId: string
  reportId: string
}

const pages: Record<string, Case> = {
  '/': { owner: 307 },
  '/account/security': {},
  '/invitation': { isPublic: true },
  '/invitation/accepted': { isPublic: true },
  '/m/[msp]/[...rest]': { values: () => ({ rest: 'nothing-here' }), owner: 404 },
  '/m/[msp]/clients': {},
  '/m/[msp]/clients/[id]': { values: ({ clientId }) => ({ id: clientId }) },
  '/m/[msp]/clients/[id]/devices/[device]': {
    values: ({ clientId, deviceId }) => ({ id: clientId, device: deviceId }),
  },
  '/m/[msp]/clients/archived': {},
  '/m/[msp]/clients/groups': {},
  '/m/[msp]/devices': {},
  '/m/[msp]/devices/[id]': { values: ({ deviceId }) => ({ id: deviceId }) },
  '/m/[msp]/devices/enrolment': { needs: 'enrolment:read' },
  '/m/[msp]/exceptions': { needs: 'exception:read' },
  '/m/[msp]/holds': { needs: 'hold:read' },
  '/m/[msp]/overview': {},
  '/m/[msp]/patches': { needs: 'patch:read' },
  '/m/[msp]/patches/[id]': { values: ({ patchId }) => ({ id: patchId }), needs: 'patch:read' },
  '/m/[msp]/policies': { needs: 'policy:read' },
  '/m/[msp]/policies/[client]': { values: ({ clientId }) => ({ client: clientId }), needs: 'policy:read' },
  '/m/[msp]/proposals': { needs: 'proposal:read' },
  '/m/[msp]/reports': { needs: 'report:read' },
  '/m/[msp]/reports/[id]': { values: ({ reportId }) => ({ id: reportId }), needs: 'report:read' },
  '/m/[msp]/reports/[id]/evidence': { values: ({ reportId }) => ({ id: reportId }), needs: 'report:read' },
  '/m/[msp]/reports/[id]/definitions': { values: ({ reportId }) => ({ id: reportId }), needs: 'report:read' },
  '/m/[msp]/reports/[id]/rows': { values: ({ reportId }) => ({ id: reportId }), needs: 'report:read' },
  '/m/[msp]/rollouts': { needs: 'rollout:read' },
  '/m/[msp]/rollouts/[id]': { values: ({ rolloutId }) => ({ id: rolloutId }), needs: 'rollout:read' },
  '/m/[msp]/settings': { owner: 307 },
  '/m/[msp]/settings/api-keys': { needs: 'api-key:read' },
  '/m/[msp]/settings/audit': {},
  '/m/[msp]/settings/billing': { needs: 'billing:read', technician: 404 },
  '/m/[msp]/settings/company': { needs: 'member:read' },
  '/m/[msp]/settings/people': { needs: 'member:read' },
  '/m/[msp]/settings/personal-data': { needs: 'member:read' },
  // The portal is its client managers' alone.
  '/portal/[msp]': { owner: 404 },
  '/portal/[msp]/[client]': { values: () => ({ client: 'harbour-lane-surveyors' }), owner: 404 },
  '/portal/[msp]/[client]/reports': { values: () => ({ client: 'harbour-lane-surveyors' }), owner: 404 },
  '/portal/[msp]/[client]/reports/[month]': {
    values: () => ({ client: 'harbour-lane-surveyors', month: '2026-01' }),
    owner: 404,
  },
  '/portal/[msp]/[client]/reports/[month]/definitions': {
    values: () => ({ client: 'harbour-lane-surveyors', month: '2026-01' }),
    owner: 404,
  },
  '/sign-in': { isPublic: true, owner: 307 },
  '/sign-in/enrol': { owner: 307 },
  '/sign-in/link': { isPublic: true },
  '/sign-in/recover': { isPublic: true },
  '/sign-in/second-factor': { owner: 307 },
}

/** Routes that answer a GET with something of an MSP: to nobody, to another company, to whom may. */
const reads: Record<string, { values?: Record<string, string>; nobody: number; other: number; owner: number }> = {
  '/api/m/[msp]/csv/[list]': { values: { list: 'devices' }, nobody: 401, other: 404, owner: 200 },
  '/api/m/[msp]/logo/[hash]': { values: { hash: 'of-no-logo' }, nobody: 401, other: 404, owner: 404 },
  '/api/m/[msp]/reports/[id]/pdf': { values: { id: 'of-no-report' }, nobody: 401, other: 404, owner: 404 },
  '/api/m/[msp]/statements/[client]/[month]': {
    values: { client: 'of-no-client', month: '2026-10' },
    nobody: 401,
    other: 404,
    owner: 404,
  },
  // Leads to the console or to the portal, or to where one signs in.
  '/m/[msp]': { nobody: 303, other: 303, owner: 303 },
}
/** Looked at by other sweeps (procedures, REST, mutations), or the same for everybody. */
const elsewhere = [
  ...[
    '/.well-known/security.txt',
    '/healthz',
    '/readyz',
    '/api/account/trpc/[trpc]',
    '/api/auth/[...nextauth]',
    '/api/auth/directory',
  ],
  ...[
    '/api/auth/directory/unlink',
    '/api/auth/link',
    '/api/auth/sign-out',
    '/api/invitation',
    // What Stripe signed alone is heard: its own test beside it.
    '/api/stripe/webhook',
    '/api/m/[msp]/trpc/[trpc]',
    '/api/v1/[...path]',
  ],
  // A stream does not end, an export wants a proof: `app/api/m/[msp]/routes.db.test.ts` asks for both as everybody.
  '/api/m/[msp]/clients/[id]/export',
  '/api/m/[msp]/events',
]

let ids: HiddenIds
test.beforeAll(async ({ records }) => {
  ids = await hide(records)
})

test('each page and each route is in the sweep', () => {
  expect(Object.keys(pages).sort()).toEqual(listRoutes('page.tsx'))
  expect([...Object.keys(reads), ...elsewhere].sort()).toEqual(listRoutes('route.ts'))
})

test('nobody, and a session that was ended, are sent to sign in', async ({ browser, request, baseURL }) => {
  const page = await openAs(browser, nora, { isApart: true })
  const ended = page.context()
  const { cookies } = await ended.storageState()
  await signOut(page)
  await ended.addCookies(cookies)
  for (const [route, each] of Object.entries(pages)) {
    if (each.isPublic) continue
    for (const [who, asker] of Object.entries({ nobody: request, ended: ended.request })) {
      const answer = await ask(asker, route, each)
      expect([answer.status(), answer.headers().location?.replace(baseURL ?? '', '')], `${route} as ${who}`).toEqual([
        307,
        '/sign-in',
      ])
      expect(await answer.text(), `${route} as ${who}`).not.toContain(secret.hostName)
    }
  }
  for (const [route, each] of Object.entries(reads)) {
    const address = fillRoute(route, { msp: 'northfold', ...each.values })
    for (const asker of [request, ended.request])
      expect((await asker.get(address, { maxRedirects: 0 })).status(), route).toBe(each.nobody)
  }
  await ended.close()
})

test('the owner of another company finds nothing of this one', async ({ browser }) => {
  const other = await openAs(browser, ines)
  for (const [route, each] of Object.entries(pages)) {
    if (!route.includes('[msp]')) continue
    const answer = await ask(other.request, route, each)
    expect(answer.status(), route).toBe(404)
    expect(await said(answer, each), route).not.toMatch(/northfold it|harbour|hl-secret/i)
    // The same ids in her own company.
    if (each.values)
      expect((await ask(other.request, route, each, 'southmere')).status(), `${route} in her own`).toBe(404)
  }
  for (const [route, each] of Object.entries(reads)) {
    const address = fillRoute(route, { msp: 'northfold', ...each.values })
    expect((await other.request.get(address, { maxRedirects: 0 })).status(), route).toBe(each.other)
  }
  await other.close()
})

test('a technician of other clients finds nothing of this one; its owner finds it all', async ({ browser }) => {
  const [technician, owner] = [await openAs(browser, tom), await openAs(browser, nora)]
  for (const [route, each] of Object.entries(pages)) {
    const mayOwner = each.owner ?? 200
    const answer = await ask(technician.request, route, each)
    expect(answer.status(), `${route} as technician`).toBe(each.technician ?? (each.values ? 404 : mayOwner))
    expect(await said(answer, each), `${route} as technician`).not.toMatch(hidden)
    expect((await ask(owner.request, route, each)).status(), `${route} as owner`).toBe(mayOwner)
  }
  for (const [route, each] of Object.entries(reads)) {
    const address = fillRoute(route, { msp: 'northfold', ...each.values })
    const [own, all] = [
      await technician.request.get(address, { maxRedirects: 0 }),
      await owner.request.get(address, { maxRedirects: 0 }),
    ]
    expect([own.status(), all.status()], route).toEqual([each.owner, each.owner])
    expect(await own.text(), route).not.toMatch(hidden)
  }
  // The list that the owner gets does hold it: the words above are looked for in vain for no other reason.
  expect(await (await owner.request.get('/api/m/northfold/csv/devices')).text()).toContain(secret.hostName)
  await technician.close()
  await owner.close()
})

test('every other role of the company finds the pages that it has the right to read, and no others', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const close = openStores()
  for (const role of ['admin', 'approver', 'billing', 'read-only'] as const) {
    const asker = await openAs(browser, await makeOwnPerson(`Sweep ${role}`, role))
    for (const [route, each] of Object.entries(pages)) {
      const answer = await ask(asker.request, route, each)
      const may = !each.needs || permissionsOf[role].has(each.needs)
      const status = (await isStreamedNotFound(answer)) ? 404 : answer.status()
      expect.soft(status, `${route} as ${role}`).toBe(may ? (each.owner ?? 200) : 404)
    }
    for (const [route, each] of Object.entries(reads)) {
      const address = fillRoute(route, { msp: 'northfold', ...each.values })
      expect((await asker.request.get(address, { maxRedirects: 0 })).status(), `${route} as ${role}`).toBe(each.owner)
    }
    await asker.close()
  }
  await close()
})

test('a client manager finds the portal of their own client, and nothing else', async ({ browser, records }) => {
  const manager = await openAs(browser, mia, { isConsole: false })
  for (const [route, each] of Object.entries(pages)) {
    if (!route.includes('[msp]')) continue
    const answer = await ask(manager.request, route, each)
    // The address without a client leads on to her own.
    expect(answer.status(), route).toBe(route === '/portal/[msp]' ? 307 : 404)
    expect(await said(answer, each), route).not.toMatch(hidden)
  }
  const own = await records.findClient('northfold', 'Kestrel Logistics')
  const ofOwn = (client: string) => ({ values: () => ({ client }) })
  expect((await ask(manager.request, '/portal/[msp]/[client]', ofOwn('kestrel-logistics'))).status()).toBe(200)
  expect((await ask(manager.request, '/m/[msp]/policies/[client]', ofOwn(own.clientId))).status()).toBe(404)
  await manager.close()
})

/** A page that is slow has sent its head already when it turns out that there is nothing: then the body says it. */
async function isStreamedNotFound(answer: APIResponse): Promise<boolean> {
  return (await answer.text()).includes('NEXT_HTTP_ERROR_FALLBACK;404')
}

/** What a page says beside the words of its own address, which even a page that is not there repeats to its scripts. */
async function said(answer: APIResponse, { values }: Case): Promise<string> {
  const text = await answer.text()
  return Object.values(values?.(ids) ?? {}).reduce((rest, value) => rest.replaceAll(value, ''), text)
}

function ask(request: APIRequestContext, route: string, { values }: Case, msp = 'northfold') {
  return request.get(fillRoute(route, { msp, ...values?.(ids) }), { maxRedirects: 0 })
}

/** A device, a patch and a rollout at the hidden client, each with a name that stands nowhere else. */
async function hide(records: Records): Promise<HiddenIds> {
  await ensureSecret(records)
  const at = await records.findClient('northfold', secret.client)
  const { id: deviceId } = await records.findDevice(secret.hostName)
  const patchId = await records.factories.findPatch(at.mspId, secret.rolledOut, '9.9')
  const { rollouts } = await records.listIds(at.mspId, at.clientId)
  const rolloutId =
    rollouts[0] ?? (await records.factories.makeRollout(at, [{ deviceIds: [deviceId], patchIds: [patchId] }]))
  const report = sampleReport({ client: { name: secret.client, timeZone: 'UTC' } })
  const reportId = await records.factories.inMsp(at.mspId, (tx) => insertReport(tx, at, report))
  return { clientId: at.clientId, deviceId, patchId, rolloutId, reportId }
}
