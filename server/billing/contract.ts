/** The nightly bill as workflow and schedule know it: names and ids. */

export const billingNightWorkflowName = 'billingNight'
/** One schedule for all companies: shortly after a day of UTC is over, and before the draft of an invoice is final. */
export const billingScheduleId = 'billing/night'
