/* What `policies.db.test.ts` compares the database with: a change here is a change of who may do what. */

/** Tables without rows of tenants. `msps` is the list of tenants itself and is walled like the others. */
export const sharedTables = ['worker_beats', 'signing_roots', 'stripe_events']
/** What the sign-in role may do, table by table; everything else it may not. */
export const authGrants = [
  'auth.identities: DELETE, INSERT, SELECT, UPDATE',
  'auth.passkey_challenges: DELETE, INSERT, SELECT, UPDATE',
  'auth.passkeys: DELETE, INSERT, SELECT, UPDATE',
  'auth.passwords: DELETE, INSERT, SELECT, UPDATE',
  'auth.rate_limits: DELETE, INSERT, SELECT, UPDATE',
  'auth.recovery_codes: DELETE, INSERT, SELECT, UPDATE',
  'auth.sessions: DELETE, INSERT, SELECT, UPDATE',
  'auth.sign_in_links: DELETE, INSERT, SELECT, UPDATE',
  'auth.totp_factors: DELETE, INSERT, SELECT, UPDATE',
  'auth.users: INSERT, SELECT',
  'public.api_keys: SELECT, UPDATE',
  'public.audit_records: INSERT',
  'public.audit_unsealed: INSERT',
  'public.identity_tenants: SELECT',
  'public.invitations: SELECT',
  'public.member_clients: SELECT',
  'public.members: SELECT',
  'public.msps: SELECT',
]
/** What the device door may call. */
export const doorFunctions = [
  'check_in',
  'credentials',
  'enrol',
  'inventory',
  'lease',
  'note_root',
  'permit',
  'reports',
  'signing_roots',
  'standing',
  'use_counters',
]
/** Functions of the door that others share. */
export const sharedFunctions = [
  'app_across may call end_late_orders',
  'app_across may call is_change',
  'app_across may call is_excepted',
  'app_across may call is_stopped',
  'app_across may call msp_turn',
  'app_across may call recount_failed',
  'app_across may call rollout_turn',
  'app_across may call settle_claims',
  'app_web may call archived_clients',
  'app_web may call is_change',
  'app_web may call is_excepted',
  'app_web may call is_stopped',
  'app_web may call move_device',
  'app_web may call msp_turn',
  'app_web may call recount_failed',
  'app_web may call release_device',
  'app_web may call rollout_turn',
  'app_web may call settle_claims',
  'app_worker may call is_excepted',
  'app_worker may call recount_failed',
  'app_worker may call rollout_turn',
  'app_worker may call settle_claims',
]
/** What outlives an archived and an erased client: what people did, that it was erased, and what is paid for. */
export const alwaysSeen = ['audit_records', 'client_erasures', 'usage_daily']
export const appendOnly = [
  'audit_records',
  'audit_seals',
  'audit_heads',
  'signing_roots',
  'device_reports',
  'device_events',
]
