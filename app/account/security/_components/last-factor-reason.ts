/** Beside a closed "Remove"; `removeFactor` says the same. */
export const lastFactorReason = 'Your last second factor. Add another one first.'
