/** What an erasure takes beside the rows of the client itself, and what it leaves. Pure. `erase-names.db.test.ts` walks every text of the schema. */

/** Tables with rows of single clients that an erasure leaves: what people did, its proof, and what is paid for. */
export const outliving: readonly string[] = ['audit_records', 'client_erasures', 'usage_daily']

/**
 * Tables of which `erasure.erase_names` takes the rows that name the client or its own managers, with all that hangs on those managers. Rows of
 * others stay in them: people who also have another client or belong to another company, proposals that did not reach this client.
 */
export const emptiedOfNames: readonly string[] = [
  'proposals',
  'invitations',
  'members',
  'api_keys',
  'auth.users',
  'auth.sessions',
  'auth.passwords',
  'auth.passkeys',
  'auth.passkey_challenges',
  'auth.identities',
  'auth.totp_factors',
  'auth.recovery_codes',
  'auth.sign_in_links',
]

interface Kept {
  /** As a part of the proof's sentence. */
  words: string
  /** `table.column`; in a table that also has rows of single clients, of its rows for all of them. */
  columns: readonly string[]
}

/** Every text that is left and could name the client, with the words for it in the proof. */
export const keptTexts: readonly Kept[] = [
  {
    words: 'the audit log of the MSP, whose chain would break, with what people did at this client and who they were',
    columns: [
      'audit_records.actor_name',
      'audit_records.subject_name',
      'audit_records.reason',
      'audit_records.changes',
      'audit_records.actor_id',
      'audit_records.subject_id',
    ],
  },
  {
    words: 'this proof',
    columns: [
      'client_erasures.client_name',
      'client_erasures.reason',
      'client_erasures.requested_by',
      'client_erasures.cancelled_by',
      'client_erasures.proof',
    ],
  },
  {
    words:
      'what people of the MSP wrote for all its clients at once (reasons of decisions and holds, the standard policy, names of groups)',
    columns: [
      'decisions.reason',
      'decisions.decided_by',
      'holds.reason',
      'holds.set_by',
      'holds.lifted_by',
      'holds.lift_reason',
      'policies.document',
      'policies.created_by',
      'client_groups.name',
      'client_groups.created_by',
    ],
  },
  {
    words: 'the catalogue of patches and packages, which the devices of all clients fill',
    columns: ['patches.name', 'patches.version', 'patches.source', 'package_versions.name', 'package_versions.version'],
  },
  {
    words: 'the directories that the MSP trusts',
    columns: ['identity_tenants.tenant'],
  },
  {
    words: 'how many of its devices counted on each day, for the bill',
    columns: [],
  },
  {
    words:
      'ids without a name, in invitations and API keys of people who have other clients too and in the queue of the worker',
    columns: ['outbox.payload', 'outbox.last_error'],
  },
]

/** The sentence of the proof. */
export const keptSentence = `Kept: ${keptTexts.map((one) => one.words).join('; ')}.`
