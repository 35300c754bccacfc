/** What becomes of it when a client is erased: all of it goes; what names this client or its own people goes; what is for all clients stays; all stays. */
export type AtErasure = 'goes' | 'own-goes' | 'shared-stays' | 'stays'

/** A kind of personal data that is held, for the list that anybody may be shown. */
export interface HeldData {
  id: string
  what: string
  /** Whom it is of. */
  whose: string
  why: string
  howLong: string
  atErasure: AtErasure
  /** Where it lies: `personal-data.db.test.ts` fails when a table with texts stands nowhere, or twice. */
  tables: readonly string[]
}

export const erasureWords: Record<AtErasure, string> = {
  goes: 'Goes with the client.',
  'own-goes': 'Goes for who belongs to this client alone; who has others, or works for the MSP, stays.',
  'shared-stays': 'What concerns this client goes; what was written for all clients at once stays.',
  stays: 'Stays, as the proof of the erasure says.',
}

const asClient = 'As long as the client is looked after, and after that until its erasure.'
const asMember = 'As long as they belong to the MSP or to one of its clients.'

/** All personal data that this installation holds. */
export const heldData: readonly HeldData[] = [
  {
    id: 'computers',
    what: 'Names of computers, which may hold a person’s name, their systems, packages and updates, and what was done to them',
    whose: 'Who uses the computer',
    why: 'To find what is missing, to install it and to prove it.',
    howLong: `${asClient} Computers that were retired keep their history until then.`,
    atErasure: 'goes',
    tables: [
      ...['devices', 'device_events', 'device_inventories', 'device_patches', 'device_places', 'device_reports'],
      ...['device_standings', 'plan_items', 'work_orders'],
    ],
  },
  {
    id: 'people',
    what: 'Name and e-mail address',
    whose: 'People of the MSP, managers of clients, and who was invited',
    why: 'To let them in, to name who did what, and to write to them.',
    howLong: asMember,
    atErasure: 'own-goes',
    tables: ['members', 'invitations', 'auth.users'],
  },
  {
    id: 'ways-in',
    what: 'Passwords as hashes, passkeys, sealed seeds of authenticator apps, recovery codes as hashes, accounts at a directory, API keys',
    whose: 'Who signs in',
    why: 'To know that it is them.',
    howLong: 'Until the person removes it, or leaves. Links and challenges end after minutes.',
    atErasure: 'own-goes',
    tables: [
      ...['auth.passwords', 'auth.passkeys', 'auth.passkey_challenges', 'auth.totp_factors', 'auth.recovery_codes'],
      ...['auth.identities', 'auth.sign_in_links', 'api_keys'],
    ],
  },
  {
    id: 'sessions',
    what: 'Network address and browser of each session',
    whose: 'Who is signed in',
    why: 'To show people their own sessions, so that they can end one that is not theirs.',
    howLong: 'At most eight hours, and half an hour without use.',
    atErasure: 'own-goes',
    tables: ['auth.sessions'],
  },
  {
    id: 'proposals',
    what: 'Who proposed and who confirmed, with their reasons',
    whose: 'People of the MSP',
    why: 'So that two people answer for what reaches many computers.',
    howLong: asClient,
    atErasure: 'own-goes',
    tables: ['proposals'],
  },
  {
    id: 'decisions',
    what: 'Who decided, held, wrote a policy or made a group, with their reasons',
    whose: 'People of the MSP',
    why: 'To say why a computer has an update or has it not.',
    howLong: asClient,
    atErasure: 'shared-stays',
    tables: ['decisions', 'holds', 'policies', 'client_groups'],
  },
  {
    id: 'runs',
    what: 'Who started and stopped rollouts, made enrolment tokens, chose rule packs; names of the client and of its sites',
    whose: 'People of the MSP, and clients that bear a person’s name',
    why: 'To do the work and to show who ordered it.',
    howLong: asClient,
    atErasure: 'goes',
    tables: ['clients', 'sites', 'rollouts', 'rollout_rings', 'ring_patches', 'enrolment_tokens', 'client_rule_packs'],
  },
  {
    id: 'exceptions',
    what: 'Who asked for an exception, who agreed and who answers for it; who asked a client for its yes, and who answered; what people said of a night of updates',
    whose: 'People of the MSP and managers of the client',
    why: 'An exception and a yes need two sides and a name on each; trouble needs somebody to ask.',
    howLong: asClient,
    atErasure: 'goes',
    tables: ['exceptions', 'consents', 'feedbacks'],
  },
  {
    id: 'reports',
    what: 'Monthly reports with the owners of exceptions; to whom they were mailed, at which address, and what became of the mail',
    whose: 'Managers of the client',
    why: 'To prove what was sent to whom.',
    howLong: asClient,
    atErasure: 'goes',
    tables: ['reports', 'report_sendings', 'report_mails', 'report_corrections'],
  },
  {
    id: 'audit',
    what: 'The audit log: who did what, when, and why',
    whose: 'People of the MSP and managers of clients',
    why: 'To prove it later. Each record is chained to the one before, so that none can be taken out.',
    howLong: 'As long as the MSP has its account.',
    atErasure: 'stays',
    tables: ['audit_records'],
  },
  {
    id: 'erasures',
    what: 'The proof of an erasure: name of the client, who asked for it and why',
    whose: 'People of the MSP, and clients that bear a person’s name',
    why: 'To show that it was done.',
    howLong: 'As long as the MSP has its account.',
    atErasure: 'stays',
    tables: ['client_erasures'],
  },
  {
    id: 'stop',
    what: 'Who stopped all changes, and why',
    whose: 'People of the MSP',
    why: 'So that others know whom to ask.',
    howLong: 'Until changes go on.',
    atErasure: 'stays',
    tables: ['msps'],
  },
]

/** Tables with texts that are of nobody, each with the reason. */
export const impersonal: Readonly<Record<string, string>> = {
  patches: 'the catalogue of what vendors publish',
  package_versions: 'the catalogue of what vendors publish',
  identity_tenants: 'ids of the directories of companies',
  signing_roots: 'keys of the product',
  stripe_events: 'ids of Stripe about the MSP',
  worker_beats: 'the product’s own processes',
  'auth.rate_limits': 'counters under a hash, gone in a day',
}
