/** How an MSP wants its reports to look. */
export interface ReportLook {
  /** "#rrggbb". */
  accent: string
  /** A PNG that `cleanLogo` let through. */
  logo: Buffer | null
}

/** How a report looks whose MSP has chosen nothing: the product's own accent, and no picture. */
export const plainLook: ReportLook = { accent: '#2747c9', logo: null }

/** The light half of the tokens that a printed sheet needs: `app/tokens.css`, which is no file of the server. */
export const inks = {
  text: '#14171f',
  text2: '#3f4553',
  text3: '#626979',
  line: '#e4e7ec',
  lineStrong: '#cbd0d9',
  canvas: '#ffffff',
} as const

/** Least contrasts with the paper: of words, and of lines that mean something (WCAG 2.2, 1.4.3 and 1.4.11). */
const textContrast = 4.5
const lineContrast = 3

/** Where the MSP's colour may stand: ink takes its place in words, and in lines that carry numbers, where it would be too pale. */
export function accentInks(accent: string): { text: string; line: string; rule: string } {
  const contrast = contrastOf(accent, inks.canvas)
  return {
    text: contrast >= textContrast ? accent : inks.text,
    line: contrast >= lineContrast ? accent : inks.text,
    rule: accent,
  }
}

/** The dark half of the canvas: a sheet that is read on a dark screen. */
export const darkCanvas = '#0f1115'

/** A colour of the same hue that words may have on a ground (WCAG 4.5 to 1): moved to white or black by as little as that takes. */
export function readableOn(ground: string, color: string): string {
  const goal = luminance(ground) < 0.18 ? 255 : 0
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  for (let part = 0; part <= 1; part += 0.02) {
    const moved = channels.map((one) => Math.round(one + (goal - one) * part))
    const hex = `#${moved.map((one) => one.toString(16).padStart(2, '0')).join('')}`
    if (contrastOf(hex, ground) >= textContrast) return hex
  }
  return goal === 255 ? '#ffffff' : '#000000'
}

/** The contrast of two colours "#rrggbb" by WCAG: 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  if (!/^#[0-9a-f]{6}$/i.test(color)) throw new Error(`A colour is written #rrggbb, not ${color}`)
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
