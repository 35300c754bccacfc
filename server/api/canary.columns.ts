import type { TransactionSql } from 'postgres'

/** Words of our own, out of a list that the code knows: nothing of a client can stand in them. */
const words = 'one word out of a list of ours'
/** Bytes that nobody reads: hashes, keys, signatures. */
const bytes = 'a hash, a key or a signature'
const zone = 'a name out of the list of IANA'
const day = 'a day'
const ofStripe = 'made by Stripe, about the MSP itself'

/**
 * The texts that carry no stamp, each with the reason why nothing of a client can stand in it; `table.column:key` is a value of that
 * name within JSON. Every other text of a tenant's row is stamped, or `canary.db.test.ts` fails.
 */
export const unstamped: Record<string, string> = {
  'api_keys.prefix': bytes,
  'api_keys.key_hash': bytes,
  'api_keys.actions': words,
  'audit_heads.day': day,
  'audit_heads.hash': bytes,
  'audit_heads.key_id': bytes,
  'audit_heads.signature': bytes,
  'audit_records.actor_kind': words,
  'audit_records.actor_id': 'an id, or the name of a job',
  'audit_records.action': words,
  'audit_records.subject_kind': words,
  'audit_records.subject_id': 'an id',
  'audit_records.outcome': words,
  'audit_seals.hash': bytes,
  'change_feed.topic': words,
  'client_erasures.proof': 'names of tables, numbers, digests and a sentence of ours',
  'client_patch_classes.classification': words,
  'client_patch_classes.severity': words,
  'client_patch_dues.pack_id': words,
  'client_patch_dues.pack_version': words,
  'client_patch_dues.clock': words,
  'client_patch_dues.classification': words,
  'client_patch_dues.severity': words,
  'client_patch_dues.time_zone': zone,
  'client_patch_dues.packs': words,
  'client_rule_packs.pack_id': words,
  'client_rule_packs.pack_version': words,
  'clients.time_zone': zone,
  'decisions.kind': words,
  'device_events.kind': words,
  'device_heartbeats.facts_hash': bytes,
  'device_heartbeats.packages_hash': bytes,
  'device_heartbeats.missing_hash': bytes,
  'device_inventories.facts:architecture': words,
  'device_inventories.facts:managers': words,
  'device_inventories.facts:timeZone': zone,
  'device_patches.sha256': bytes,
  'device_patches.set_key': bytes,
  'device_patches.undo_class': words,
  'device_patches.predecessor_sha256': bytes,
  'device_reports.state': words,
  'device_reports.body:state': words,
  'device_reports.body:outcome': words,
  'device_reports.body:undoClass': words,
  'device_reports.body:phase': words,
  'device_reports.body:manager': words,
  'device_reports.body:code': words,
  'device_reports.body:prevHash': bytes,
  'device_reports.body:key': bytes,
  'device_reports.signature': bytes,
  'devices.time_zone': zone,
  'devices.public_key': bytes,
  'devices.status': words,
  'devices.report_hash': bytes,
  'enrolment_tokens.token_hash': bytes,
  'holds.source': words,
  'identity_tenants.provider': words,
  'invitations.role': words,
  'invitations.token_hash': bytes,
  'invoices.currency': words,
  'invoices.invoice_id': ofStripe,
  'invoices.number': ofStripe,
  'invoices.status': words,
  'invoices.url': ofStripe,
  'members.role': words,
  'meter_checks.month': 'a month',
  'outbox.kind': words,
  'outbox.payload': 'ids and words of ours, for the worker alone',
  'outbox.last_error': 'what Temporal said to the relay; no door reads it',
  'package_versions.manager': words,
  'package_versions.architecture': words,
  'patches.manager': words,
  'patches.architecture': words,
  'patches.classification': words,
  'patches.severity': words,
  'plan_items.set_key': bytes,
  'plan_items.architecture': words,
  'plan_items.sha256': bytes,
  'plan_items.predecessor_sha256': bytes,
  'plan_items.undo_class': words,
  'plan_items.state': words,
  // Names of rings are stamped; what else stands in a policy are numbers and choices of ours.
  'policies.document:kind': words,
  'policies.document:days': words,
  'policies.document:start': 'a time of day',
  'policies.document:zone': zone,
  'proposals.action': words,
  'proposals.decision': words,
  'proposals.input:kind': words,
  'proposals.reach': 'ids and numbers',
  'ring_patches.verdict': words,
  'ring_patches.waits_for': words,
  'ring_windows.time_zone': zone,
  'rollout_rings.state': words,
  'rollouts.state': words,
  'report_corrections.month': 'a month',
  'report_mails.state': words,
  'report_settings.accent': 'a colour',
  'report_settings.logo_hash': bytes,
  'reports.content_hash': bytes,
  'reports.month': 'a month',
  'reports.document:month': 'a month',
  'reports.document:timeZone': zone,
  'reports.document:severity': words,
  'statements.month': 'a month',
  'subscriptions.customer_id': ofStripe,
  'subscriptions.status': words,
  'subscriptions.subscription_id': ofStripe,
  'work_orders.verb': words,
  'work_orders.envelope': 'signed for one device, read by that device alone',
  'work_orders.state': words,
  'work_orders.device_state': words,
}

/** `written`: JSON that is kept as text, byte by byte. */
export type Kind = 'text' | 'texts' | 'json' | 'written'
export interface TextColumn {
  table: string
  column: string
  kind: Kind
}

/** Every column of a tenant's table that can hold a text. */
export async function listTextColumns(tx: TransactionSql): Promise<TextColumn[]> {
  return tx<TextColumn[]>`select c.relname as table, a.attname as column,
      case when c.relname = 'reports' and a.attname = 'document' then 'written' when a.atttypid = 'text'::regtype then 'text' when a.atttypid = 'text[]'::regtype then 'texts' else 'json' end as kind
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not in ('worker_beats', 'signing_roots', 'stripe_events')
      and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'json'::regtype, 'varchar'::regtype, 'name'::regtype)
    order by 1, 2`
}

const id = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
const moment = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/

/** Changes each text of a value that can be of a client; ids, moments and what is listed above stay as they are. */
export function mapTexts(value: unknown, at: string, change: (text: string) => string): unknown {
  if (at in unstamped) return value
  if (typeof value === 'string') return id.test(value) || moment.test(value) ? value : change(value)
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, at, change))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const column = at.split(':')[0]
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapTexts(each, `${column}:${key}`, change)]),
  )
}
