import type { TextStyle } from './pdf-lines.ts'
import { inks } from './report-look.ts'

/** The type sizes of a printed sheet: those of the report page, seven tenths of a pixel to the point where that stays readable. */
export const styles = {
  client: { size: 10.5, leading: 14, weight: 'strong', color: inks.text },
  by: { size: 10.5, leading: 14, weight: 'regular', color: inks.text3 },
  kicker: { size: 9, leading: 13, weight: 'regular', color: inks.text3 },
  title: { size: 24, leading: 30, weight: 'strong', tracking: -0.022, color: inks.text },
  lead: { size: 13, leading: 20.5, weight: 'regular', tracking: -0.004, color: inks.text2 },
  figure: { size: 21, leading: 27, weight: 'strong', tracking: -0.02, color: inks.text },
  detail: { size: 9, leading: 13, weight: 'regular', color: inks.text2 },
  section: { size: 12, leading: 16, weight: 'strong', color: inks.text },
  under: { size: 9, leading: 13, weight: 'regular', color: inks.text3 },
  head: { size: 8.5, leading: 12, weight: 'regular', color: inks.text3 },
  cell: { size: 9.5, leading: 13.5, weight: 'regular', color: inks.text2 },
  key: { size: 9.5, leading: 13.5, weight: 'strong', color: inks.text },
  axis: { size: 8, leading: 11, weight: 'regular', color: inks.text3 },
  axisNow: { size: 8, leading: 11, weight: 'strong', color: inks.text },
  foot: { size: 8.5, leading: 12, weight: 'regular', color: inks.text3 },
  footTitle: { size: 8.5, leading: 12, weight: 'strong', color: inks.text2 },
} satisfies Record<string, TextStyle>

/** Between two sections, in points. */
export const sectionGap = 24
