import type { Outputs } from '@/server/api/root'

export type PatchData = Outputs['patches']['get']
export type PatchClient = PatchData['clients'][number]
export type PatchEvent = PatchData['history'][number]

/** What a person has ticked: the clients, and what an approval for them would bring. */
export interface Choice {
  clients: PatchClient[]
  run: PatchClient['dryRun']
  /** Devices that lack it at the ticked clients. */
  devices: number
  /** The group that they were ticked by, with all its clients: also those that do not lack it. */
  group: { id: string; name: string; clientIds: readonly string[] } | null
}
