/** How long a reason is that a person must give, in UTF-16 units: dialogs and `wantedReason` hold to it. */
export const reasonLength = { minLength: 3, maxLength: 500 } as const
/** What is wrong with a shorter one. */
export const shortReason = `Write at least ${reasonLength.minLength} letters.`
