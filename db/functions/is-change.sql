-- Does an order of this verb change its device, or prepare a change? What is not known to be harmless does.
create or replace function door.is_change(p_verb text) returns boolean
language sql immutable parallel safe as $$ select p_verb not in ('scan', 'healthcheck', 'cancel') $$;
