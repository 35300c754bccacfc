import '@fontsource-variable/hanken-grotesk/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './globals.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { parseTheme, themeCookieName } from '@/components/theme'
import { ToastProvider } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'

export const metadata: Metadata = {
  title: { default: 'Patchward', template: '%s · Patchward' },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

/** The document: fonts, the chosen theme before the first paint (from a cookie, so no inline script), toasts. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // Parts of pop-ups bring small style sheets of their own.
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const theme = parseTheme((await cookies()).get(themeCookieName)?.value)
  return (
    <html lang="en-GB" data-theme={theme === 'system' ? undefined : theme}>
      <body className="min-h-dvh">
        <CSPProvider nonce={nonce}>
          <TooltipProvider>
            <ToastProvider>
              <div className="isolate">{children}</div>
            </ToastProvider>
          </TooltipProvider>
        </CSPProvider>
      </body>
    </html>
  )
}
