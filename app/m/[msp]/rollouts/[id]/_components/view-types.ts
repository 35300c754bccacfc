import type { Outputs } from '@/server/api/root'

export type Rollout = Outputs['rollouts']['get']
export type Ring = Rollout['rings'][number]
export type Patch = Rollout['patches'][number]
export type Gate = Patch['gates'][number]
export type DeviceRow = Outputs['rollouts']['devices']['rows'][number]
export type DeviceItem = DeviceRow['items'][number]
