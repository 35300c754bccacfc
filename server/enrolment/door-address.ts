// Next bundles server code more than once; every copy finds what the process entry set.
const shared = globalThis as { patchwardDoorAddress?: string }

/** Said once by the process entry, which alone reads the environment. */
export function setDoorAddress(url: string): void {
  shared.patchwardDoorAddress = url
}

/** Where devices reach the door, as the enrolment page shows it. */
export function doorAddress(): string {
  if (!shared.patchwardDoorAddress) throw new Error('this process was not told where the device door is')
  return shared.patchwardDoorAddress
}
