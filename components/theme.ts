/** The theme a person chose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark'

/** The cookie that keeps the choice; read on the server so that the first paint is right. */
export const themeCookieName = 'theme'

/** Reads a stored choice; anything unknown means `system`. */
export function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}
