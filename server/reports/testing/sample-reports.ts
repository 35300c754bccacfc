import type { Report } from '../document.ts'

/** A good month of a client with 96 computers. */
export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    form: 2,
    month: '2024-08',
    from: '2024-07-31T23:00:00.000Z',
    to: '2024-08-31T23:00:00.000Z',
    standsAt: '2024-08-31T23:00:00.000Z',
    countedAt: '2024-09-01T05:00:00.000Z',
    msp: { name: 'Northfold IT' },
    client: { name: 'Brightwater Accountants', timeZone: 'Europe/London' },
    policy: '2',
    asks: ['Cyber Essentials 3.3', 'the policy'],
    computers: { all: 96, protected: 93, late: 0, held: 0, excepted: 0, waitForRestart: 2, noData: 1 },
    silent: 1,
    changes: { came: 2, left: 1 },
    restarts: { done: 41, computers: 37 },
    exceptions: [
      {
        ...{ patch: 'dotnet-runtime-6, all versions', reach: 'computers with the tag till' },
        ...{ reason: 'The till software runs on nothing newer', owner: 'Mia Lane' },
        ...{
          measure: 'The tills have no way to the internet',
          lastDay: '2024-11-30',
          agreedBy: 'Mia Lane',
          isInForce: true,
        },
      },
    ],
    before: [
      [88.2, 9],
      [90.3, 10],
      [91.7, 11],
      [91.1, 12],
      [93.6, 1],
      [94.1, 2],
      [95.7, 3],
      [96.1, 4],
      [95.1, 5],
      [97.3, 6],
      [92.8, 7],
    ].map(([share = 0, month = 0]) => ({
      month: `${month > 8 ? 2023 : 2024}-${String(month).padStart(2, '0')}`,
      all: 1000,
      protected: Math.round(share * 10),
    })),
    updates: {
      installed: 410,
      computers: 95,
      medianDays: 4,
      p95Days: 11.2,
      bySeverity: [
        { severity: 'critical', installed: 41, medianDays: 1.8, p95Days: 4.1 },
        { severity: 'important', installed: 212, medianDays: 3.9, p95Days: 9.7 },
        { severity: 'unrated', installed: 157, medianDays: 0.4, p95Days: 13.2 },
      ],
      withDueDate: 253,
      inTime: 250,
      firstTries: 412,
      firstTriesProved: 408,
    },
    takenBack: [
      { patch: 'KB5043080', computers: 2, spared: 91, reason: 'The print service did not start again' },
      { patch: 'openssl 3.0.15-1', computers: 1, spared: 0, reason: 'The file transfer refused its keys' },
    ],
    ...change,
  }
}

/** A month in which `count` patches were taken back, each with its own name. */
export function badReport(count: number, change: Partial<Report> = {}): Report {
  return sampleReport({
    computers: { all: 96, protected: 31, late: 22, held: 30, excepted: 0, waitForRestart: 8, noData: 5 },
    takenBack: Array.from({ length: count }, (_, index) => ({
      patch: `Update ${index + 1} of linux-image-6.8.0-${40 + index}-generic`,
      computers: 1 + (index % 9),
      spared: (index * 13) % 96,
      reason:
        index % 3 === 0 ? 'It did not start again, and the watchdog put the last one back' : 'No network afterwards',
    })),
    ...change,
  })
}

/** A month at whose end the client had no computer. */
export function emptyReport(): Report {
  return sampleReport({
    computers: { all: 0, protected: 0, late: 0, held: 0, excepted: 0, waitForRestart: 0, noData: 0 },
    silent: 0,
    before: [],
    updates: {
      installed: 0,
      computers: 0,
      medianDays: null,
      p95Days: null,
      bySeverity: [],
      withDueDate: 0,
      inTime: 0,
      firstTries: 0,
      firstTriesProved: 0,
    },
    takenBack: [],
  })
}
