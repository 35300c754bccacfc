import { z } from 'zod'

const count = z.int().min(0)
const at = z.iso.datetime()
/** "2026-10": a calendar month in the client's zone. */
export const monthSchema = z.string().regex(/^2\d{3}-(0[1-9]|1[0-2])$/, 'write a month such as 2026-10')

/** How the computers of a client stood in one month: every one of `all` is in exactly one of the six that follow. */
const standing = {
  all: count,
  /** No update past its due date, and no restart pending. */
  protected: count,
  /** An update past its due date that nothing holds back. */
  late: count,
  /** Past due only because every such update is on hold: it was found faulty, or a person stopped it. */
  held: count,
  /** Past due only because of such updates and of ones that an exception keeps off, at least one of the latter. */
  excepted: count,
  waitForRestart: count,
  /** Nobody knows how they stand: not heard of, or not looked at, for 72 hours. */
  noData: count,
}
export const standingSchema = z.strictObject(standing)
export type Standing = z.infer<typeof standingSchema>

/**
 * The monthly report of one client as it is stored: what every page, file and mail of it says, and nothing else. It is written once, as
 * canonical JSON, and hashed; a new form gets a new `form` number, and the old ones stay readable.
 */
export const reportSchema = z.strictObject({
  form: z.literal(2),
  month: monthSchema,
  /** The month as instants, in the client's zone; `to` is the first moment that is no longer in it. */
  from: at,
  to: at,
  /** The moment for which `computers` and `silent` hold: the end of the month, or of form 1 the moment of counting. */
  standsAt: at,
  /** When the numbers were counted: soon after `to`, later where the installation slept. */
  countedAt: at,
  msp: z.strictObject({ name: z.string() }),
  client: z.strictObject({ name: z.string(), timeZone: z.string() }),
  /** "4", or "0.2": the version of the policy in force. */
  policy: z.string(),
  /** Who asks for due dates: rule packs with their versions, and the policy itself. */
  asks: z.array(z.string()),
  computers: standingSchema,
  /** Computers, of all, that missed three check-ins: they may be in any of the six. */
  silent: count,
  /**
   * Computers that are there at the end and were not at the beginning of the month, and the other way round; null where the beginning is not
   * known.
   */
  changes: z.strictObject({ came: count, left: count }).nullable(),
  /** Restarts that ended the waiting of an update for one, and on how many computers; null where nobody wrote them down. */
  restarts: z.strictObject({ done: count, computers: count }).nullable(),
  /** What was kept off on purpose at some time of the month, agreed on by both sides; those that end first at the top. */
  exceptions: z.array(
    z.strictObject({
      /** "openssl 3.0.15-1", or "openssl, all versions". */
      patch: z.string(),
      /** "all computers", "computers with the tag till", "ws-12". */
      reach: z.string(),
      reason: z.string(),
      owner: z.string(),
      measure: z.string(),
      /** The last day, in the client's zone. */
      lastDay: z.iso.date(),
      agreedBy: z.string(),
      /** Whether it still kept it off when the month ended. */
      isInForce: z.boolean(),
    }),
  ),
  /** Months before this one that have a report, the oldest first; at most eleven. */
  before: z.array(z.strictObject({ month: monthSchema, all: count, protected: count })).max(11),
  /** Of the updates that Patchward installed and proved in the month. One is one patch on one computer. */
  updates: z.strictObject({
    installed: count,
    computers: count,
    /** Days from release (or first sight) to the proof; null without any. Nearest rank. */
    medianDays: z.number().min(0).nullable(),
    p95Days: z.number().min(0).nullable(),
    bySeverity: z.array(
      z.strictObject({
        severity: z.string(),
        installed: count,
        medianDays: z.number().min(0),
        p95Days: z.number().min(0),
      }),
    ),
    /** First attempts that ended in the month, and how many of them were proved. */
    /** Of those installed, how many had a due date, and how many of these were proved by then. */
    withDueDate: count,
    inTime: count,
    firstTries: count,
    firstTriesProved: count,
  }),
  /** Patches that were taken back in the month, the widest first. */
  takenBack: z.array(
    z.strictObject({
      patch: z.string(),
      /** Where it had been installed and was taken back again. */
      computers: count,
      /** Where the same rollout would have installed it, had it not been stopped. */
      spared: count,
      reason: z.string(),
    }),
  ),
})
export type Report = z.infer<typeof reportSchema>

const {
  standsAt: _standsAt,
  changes: _changes,
  restarts: _restarts,
  exceptions: _exceptions,
  ...shape
} = reportSchema.shape
const { excepted: _excepted, ...standingOne } = standing
/** Before the standings of devices were kept: it says how they stood when it was counted. */
const formOne = z.strictObject({ ...shape, form: z.literal(1), computers: z.strictObject(standingOne) })
const anyForm = z.union([reportSchema, formOne])

/** What is stored, as it was written, in today's form. Throws for a document that is none: rows are written by `freezeReport` alone. */
export function readReport(document: string): Report {
  const report = anyForm.parse(JSON.parse(document))
  if (report.form === 2) return report
  const computers = { ...report.computers, excepted: 0 }
  return { ...report, form: 2, computers, standsAt: report.countedAt, changes: null, restarts: null, exceptions: [] }
}
