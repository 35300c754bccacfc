'use client'
import { Check, Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { type Theme, themeCookieName } from './theme'
import { Menu } from './ui/menu'

const yearSeconds = 365 * 24 * 3600
const icons = {
  system: <Monitor size={14} aria-hidden />,
  light: <Sun size={14} aria-hidden />,
  dark: <Moon size={14} aria-hidden />,
}
const names: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }
const themes: readonly Theme[] = ['system', 'light', 'dark']

/** Light, dark or as the system. Takes effect at once and is kept in a cookie that the server reads before painting. */
export function ThemeToggle({ theme }: { theme: Theme }) {
  const [chosen, setChosen] = useState(theme)
  const choose = (next: Theme) => {
    setChosen(next)
    if (next === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = next
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and Firefox ESR
    document.cookie = `${themeCookieName}=${next}; path=/; max-age=${next === 'system' ? 0 : yearSeconds}; samesite=lax`
  }
  return (
    <Menu
      label={`Colours: ${names[chosen]}`}
      variant="ghost"
      isIconOnly
      trigger={icons[chosen]}
      entries={themes.map((each) => ({
        label: names[each],
        icon: icons[each],
        detail: each === chosen ? <Check size={14} aria-label="chosen" /> : undefined,
        onSelect: () => choose(each),
      }))}
    />
  )
}
