import type { UndoStep, Update, WorkOrder } from '../../agent/wire/order.ts'
import { workOrderSchema } from '../../agent/wire/schema.ts'

/** One package of the plan that an order is made from: a row of `plan_items` for the order's device, rollout, ring and patches. */
export interface PlannedPackage {
  patchId: string
  setKey: string
  name: string
  fromVersion: string | null
  toVersion: string
  architecture: string
  sha256: string | null
  predecessorSha256: string | null
  /** Whose package it is in the catalogue, under that patch with this very name, version and architecture; null: no device reported it. */
  manager: string | null
}
/** What the rows beside an order say of it. */
export interface OrderFacts {
  rolloutId: string | null
  patchIds: readonly string[]
  planned: readonly PlannedPackage[]
  /** The ring of the order has opened. */
  isRingOpen: boolean
  /** The install order that a rollback names is one of this device and rollout. */
  isInstallKnown: boolean
}

/**
 * May this order be signed? '' = yes, else why not. The signer trusts no row: whoever can write one must not thereby command a device. So
 * an order is signed only if a device would read it, and if it says nothing but what the frozen plan of this device holds.
 */
export function findFault(order: object, facts: OrderFacts): string {
  const parsed = workOrderSchema.safeParse(order)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `not as agreed: ${issue?.path.join('.') || 'the order'}: ${issue?.message}`
  }
  return findFaultInPlan(parsed.data, facts)
}

function findFaultInPlan(order: WorkOrder, facts: OrderFacts): string {
  switch (order.verb) {
    case 'scan':
      return facts.rolloutId || facts.patchIds.length > 0 || order.supersedes.length > 0
        ? 'a scan names no rollout, no patch and no other order'
        : ''
    case 'stage':
    case 'install': {
      if (order.verb === 'install' && !facts.isRingOpen) return 'its ring is not open'
      const wrong = order.sets.flatMap(({ key, updates, undo }) => [
        ...updates.filter((update) => !facts.planned.some((one) => isPlannedUpdate(one, key, update))),
        ...undo.filter((step) => !facts.planned.some((one) => isPlannedUndo(one, key, step))),
      ])
      return wrong[0] ? notPlanned(wrong[0]) : findFaultInPatches(order.sets, facts)
    }
    case 'rollback': {
      if (order.installOrderId && !facts.isInstallKnown) return 'it names an install order that this device did not get'
      const wrong = order.sets.flatMap(({ key, undo }) =>
        undo.filter((step) => !facts.planned.some((one) => isPlannedUndo(one, key, step))),
      )
      return wrong[0] ? notPlanned(wrong[0]) : findFaultInPatches(order.sets, facts)
    }
    case 'healthcheck':
    case 'cancel':
      return `nobody asks for a ${order.verb}`
  }
}

function isPlannedUpdate(one: PlannedPackage, key: string, update: Update): boolean {
  return (
    one.manager === update.manager &&
    one.setKey === key &&
    one.name === update.name &&
    one.toVersion === update.version &&
    one.architecture === update.architecture &&
    one.fromVersion === update.fromVersion &&
    one.sha256 === update.sha256
  )
}

function isPlannedUndo(one: PlannedPackage, key: string, step: UndoStep): boolean {
  return (
    one.manager === step.manager &&
    one.setKey === key &&
    one.name === step.name &&
    one.toVersion === step.fromVersion &&
    one.fromVersion === step.toVersion &&
    one.architecture === step.architecture &&
    one.predecessorSha256 === step.sha256
  )
}

/** Stops and holds look at the patches beside the order: they must be those in it. */
function findFaultInPatches(sets: readonly { key: string }[], facts: OrderFacts): string {
  const keys = new Set(sets.map((set) => set.key))
  const held = new Set(facts.planned.flatMap((one) => (keys.has(one.setKey) ? [one.patchId] : [])))
  return facts.patchIds.every((id) => held.has(id)) ? '' : 'it names a patch that it does not hold'
}

const notPlanned = (what: Update | UndoStep) =>
  `${what.name} ${'version' in what ? what.version : `back from ${what.fromVersion}`} is not in the plan of this device`
