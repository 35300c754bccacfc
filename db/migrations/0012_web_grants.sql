-- What the console's login may write, column by column, from here on: exactly what the verbs of its people do. Everything else in these
-- tables is written by the worker and by the door. Golden list of all of it: db/grants.golden.txt.
-- Inserts are checked by row, since the query builder names every column of a table: a policy AS RESTRICTIVE comes on top of the tenant's.

-- Nobody's verb in the console changes these.
revoke update on public.members, public.clients, public.sites from app_web;
--> statement-breakpoint
revoke delete on public.member_clients from app_web;
--> statement-breakpoint
revoke insert, update, delete on public.ring_windows from app_web;
--> statement-breakpoint
revoke update on public.devices, public.enrolment_tokens, public.decisions, public.holds, public.breakers from app_web;
--> statement-breakpoint
-- Tags and what a retry frees; a device's keys, counters and state are the door's.
grant update (tags, failed_count) on public.devices to app_web;
--> statement-breakpoint
grant update (revoked_at) on public.enrolment_tokens to app_web;
--> statement-breakpoint
grant update (withdrawn_at) on public.decisions to app_web;
--> statement-breakpoint
grant update (lifted_at, lifted_by, lift_reason) on public.holds to app_web;
--> statement-breakpoint
-- Lifting the breaker's hold lets it count anew.
grant update (failed_devices, failed_device_ids, tripped_at) on public.breakers to app_web;
--> statement-breakpoint
revoke update on public.rollouts, public.rollout_rings, public.ring_patches, public.plan_items, public.work_orders from app_web;
--> statement-breakpoint
-- Pause, resume, abort. Never what was frozen at the start: policy, versions, who is in which ring.
grant update (state, finished_at, is_stopped, stopped_at, stopped_by, stop_reason, control_epoch) on public.rollouts to app_web;
--> statement-breakpoint
-- Promote; a deadline moves by the length of a pause.
grant update (is_promoted, is_dirty, deadline_at) on public.rollout_rings to app_web;
--> statement-breakpoint
-- Hold, take back, a person's yes; a soak moves by the length of a pause. Never the evidence nor the verdict.
grant update (is_stopped, roll_back_at, is_confirmed, soak_ends_at) on public.ring_patches to app_web;
--> statement-breakpoint
-- Abort, take back, retry. Never the package, its version or what was counted.
grant update (state, is_claimed, state_at, reason) on public.plan_items to app_web;
--> statement-breakpoint
-- Abort withdraws, "patch now" opens the window. Never what will be or was signed.
grant update (state, finished_at, window_open_until) on public.work_orders to app_web;
--> statement-breakpoint
-- A rollout begins at its beginning: no proof, no yes, no verdict, no order comes with it.
create policy web_starts on public.rollouts as restrictive for insert to app_web
  with check (state = 'running' and not is_stopped and control_epoch = 0 and finished_at is null);
--> statement-breakpoint
create policy web_starts on public.rollout_rings as restrictive for insert to app_web
  with check (state in ('waiting', 'left-out') and not is_promoted and opened_at is null and closed_at is null and deadline_at is null);
--> statement-breakpoint
create policy web_starts on public.ring_patches as restrictive for insert to app_web
  with check (verdict in ('waiting', 'skipped') and proved = 0 and failed = 0 and not is_confirmed and not is_stopped
    and soak_started_at is null and soak_ends_at is null and roll_back_at is null);
--> statement-breakpoint
create policy web_starts on public.plan_items as restrictive for insert to app_web
  with check (state = 'planned' and not is_failure_counted and not is_proof_counted);
--> statement-breakpoint
-- The one order that a person's click makes changes nothing on the device; all others come from the plan, by the worker.
create policy web_asks_for_scans on public.work_orders as restrictive for insert to app_web
  with check (verb = 'scan' and state = 'unsigned' and rollout_id is null and position is null and body = '{}' and patch_ids = '{}'
    and supersedes = '{}' and seq is null and envelope is null and device_state is null and window_open_until is null
    and lease_until is null and leases = 0 and permitted_at is null and finished_at is null);
--> statement-breakpoint
-- A column grant cannot say which value: an order may be withdrawn, and what was withdrawn or done stays so.
create function public.refuse_order_state() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'the console may only withdraw an order, not make it %', new.state using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger web_only_withdraws before update of state on public.work_orders for each row
  when (new.state <> old.state and (new.state <> 'void' or old.state not in ('unsigned', 'ready'))
    and pg_has_role(current_user, 'app_web', 'usage'))
  execute function public.refuse_order_state();
