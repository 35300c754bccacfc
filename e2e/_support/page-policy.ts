import type { BrowserContext, Response } from '@playwright/test'
import { expect } from './test.ts'

/** What the policy of a page kept from happening, told by the browser itself. */
export async function watchViolations(context: BrowserContext): Promise<string[]> {
  const told: string[] = []
  await context.exposeFunction('tellViolation', (text: string) => void told.push(text))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell: unknown = Reflect.get(window, 'tellViolation')
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event
      if (typeof tell === 'function')
        tell(`${location.pathname}: ${effectiveDirective} ${blockedURI} ${sourceFile}:${lineNumber} ${sample}`)
    })
  })
  return told
}

/** Each answer lets run only what carries its own nonce, and no nonce comes twice. */
export class NonceWatch {
  readonly #seen = new Set<string>()

  async expectFresh(answer: Response | null, name: string): Promise<void> {
    const policy = answer?.headers()['content-security-policy'] ?? ''
    const nonce = /script-src 'self' 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1] ?? ''
    expect(nonce, `nonce of ${name}`).not.toBe('')
    expect(this.#seen, `nonce of ${name} used again`).not.toContain(nonce)
    this.#seen.add(nonce)
    expect(policy).not.toContain('unsafe-eval')
    const html = (await answer?.text()) ?? ''
    const bare = [...html.matchAll(/<script\b[^>]*>/g)].filter(([tag]) => !tag.includes(`nonce="${nonce}"`))
    expect(bare, `scripts of ${name} without the nonce`).toEqual([])
  }
}
