import { expect, test } from 'vitest'
import { portalLead, portalTitle, windowSentence } from './portal-words'

const asOf = new Date('2026-09-18T10:00:00Z')
const portal = (computers: Partial<Parameters<typeof portalTitle>[0]['computers']>, countedAt: Date | null = asOf) => ({
  msp: { slug: 'northfold', name: 'Northfold IT', brand: { accent: null, logoHash: null } },
  person: { name: 'Mia Lane' },
  organisation: { id: 'k', slug: 'kestrel', name: 'Kestrel', timeZone: 'Europe/London' },
  organisations: [],
  computers: { all: 12, upToDate: 12, waitForRestart: 0, silent: 0, ...computers },
  countedAt,
  window: null,
  nights: [],
  consents: [],
  exceptions: { toSignOff: [], waiting: [], inForce: [] },
  asked: null,
  asOf,
})

test.each([
  [portal({}), 'All your 12 computers are up to date', 'None waits for a restart, and all have reported.'],
  [portal({ all: 1, upToDate: 1 }), 'Your computer is up to date', 'None waits for a restart, and all have reported.'],
  [
    portal({ upToDate: 9, waitForRestart: 2, silent: 1 }),
    '9 of your 12 computers are up to date',
    '2 wait for a restart, and 1 has not been heard of.',
  ],
  [portal({ upToDate: 1, waitForRestart: 1 }), '1 of your 12 computers is up to date', '1 waits for a restart.'],
  [
    portal({ all: 0, upToDate: 0 }),
    'No computer is looked after here yet',
    'Northfold IT adds your computers; then this page tells how they stand.',
  ],
  [
    portal({ all: 0, upToDate: 0 }, null),
    'Your computers have not been counted yet',
    'Northfold IT sees them with their next report, usually within minutes.',
  ],
])('%#: the sentence says both numbers, and zero is no praise', (each, title, lead) => {
  expect([portalTitle(each), portalLead(each)]).toEqual([title, lead])
})

test('the next updates, in the organisation’s own zone', () => {
  const at = (hours: number) => new Date(asOf.getTime() + hours * 3_600_000)
  const say = (window: Parameters<typeof windowSentence>[0]['window']) => windowSentence({ ...portal({}), window })
  expect(say(null)).toBe('No time for updates is planned.')
  expect(say({ isAlways: true })).toBe('Updates may be installed at any time.')
  expect(say({ isAlways: false, opensAt: at(-1), closesAt: at(2) })).toBe('Updates may be installed now, until 13:00.')
  expect(say({ isAlways: false, opensAt: at(11), closesAt: at(15) })).toBe(
    'Updates may be installed tonight 22:00 to 02:00.',
  )
})
