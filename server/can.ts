/** Whether something may be done, and why not: the sentence of a disabled button, and of the verb that refuses. Pure: the browser imports it. */
export type Can = { can: true } | { can: false; reason: string }
export const yes: Can = { can: true }
export const no = (reason: string): Can => ({ can: false, reason })

/** What concerns every client is for people who see all of them. `what` they do, as it ends the sentence: "change settings". */
export const wholeCan = (hasAllClients: boolean, what: string): Can =>
  hasAllClients ? yes : no(`Only people who see all clients ${what}.`)
