ALTER TABLE "ring_patches" ADD COLUMN "waits_for" text;--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- Gates judged before this column came told it by their words. The owner sees no row of a tenant; the owner of the functions does.
update ring_patches set waits_for = case
    when position(' heard from since the soak' in verdict_reason) > 0 then 'silent'
    when verdict = 'collecting' or starts_with(verdict_reason, 'Not enough evidence') then 'proofs'
    when verdict = 'soaking' then 'soak'
    else 'person' end
  where verdict in ('collecting', 'soaking', 'asking');
--> statement-breakpoint
reset role;
