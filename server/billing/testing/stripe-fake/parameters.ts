/** Every parameter that Patchward sends, by what is asked. */
export const parameters: Record<string, readonly string[]> = {
  'POST /v1/customers': ['name', 'metadata.msp_id'],
  'POST /v1/checkout/sessions': [
    ...['mode', 'customer', 'client_reference_id', 'line_items.*.price', 'billing_address_collection'],
    ...['tax_id_collection.enabled', 'customer_update.name', 'customer_update.address'],
    ...['subscription_data.billing_cycle_anchor', 'subscription_data.proration_behavior'],
    ...['subscription_data.metadata.msp_id', 'success_url', 'cancel_url'],
  ],
  'GET /v1/checkout/sessions': ['customer', 'status', 'limit'],
  'POST /v1/checkout/sessions/:id/expire': [],
  'POST /v1/billing_portal/sessions': ['customer', 'return_url'],
  'POST /v1/subscriptions/:id': ['cancel_at_period_end'],
  'GET /v1/subscriptions': ['customer', 'status', 'limit'],
  'GET /v1/invoices': ['customer', 'limit'],
  'GET /v1/billing/meters': ['status', 'limit'],
  'GET /v1/billing/meters/:id/event_summaries': ['customer', 'start_time', 'end_time'],
  'POST /v1/billing/meter_events': [
    'event_name',
    'identifier',
    'timestamp',
    'payload.stripe_customer_id',
    'payload.value',
  ],
  'GET /v1/events': ['created.gte', 'limit', 'starting_after'],
}
