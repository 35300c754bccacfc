import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Target = Outputs['overview']['get']['needs'][number]['words']['target']

/** The address that the one button of a need leads to: the page filtered to just this. */
export function needHref(msp: string, target: Target): string {
  switch (target.page) {
    case 'holds':
      return paths.holds(msp, { client: target.client })
    case 'exceptions':
      return paths.exceptions(msp, { state: target.state, client: target.client })
    case 'enrolment':
      return paths.enrolment(msp, { client: target.client })
    case 'rollout':
      return paths.rollout(msp, target.id)
    case 'patch':
      return paths.patch(msp, target.id)
    case 'devices':
      return paths.devices(msp, { filter: target.filter, client: target.client })
    case 'patches':
      return paths.patches(msp, { filter: target.filter })
    case 'proposals':
      return paths.proposals(msp, { open: target.id })
    case 'billing':
      return paths.billing(msp, { month: target.month })
    case 'company':
      return paths.company(msp)
    case 'clients':
      return paths.clients(msp, { add: 'client' })
  }
}
