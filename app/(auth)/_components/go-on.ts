import { paths } from '@/server/paths'

const places = {
  home: paths.home,
  security: paths.security,
  'second-factor': paths.secondFactor,
  enrol: paths.enrolFactor,
} as const

/** Goes where a proof leads, as a new page: nothing that was loaded for somebody else stays. */
export function goOn(next: keyof typeof places): void {
  window.location.assign(places[next]())
}
