/** In the address in place of a client: the MSP's standard policy. */
export const standardSegment = 'standard'
