import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { goTo } from '../../app/api/auth/go-to.ts'
import { mutationRoutes } from '../../e2e/_support/mutation-routes.ts'
import { answerHeaders, contentPolicy, dataPolicy } from './content-policy.ts'
import { securityText, setSecurityContact } from './security-contact.ts'

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
const textOf = (path: string) => readFileSync(path, 'utf8')
const routes = filesOf('app').filter((path) => /\/route\.tsx?$/.test(path))

describe('routes that change something', () => {
  const changing = routes.filter((path) => /\b(POST|PUT|PATCH|DELETE)\b/.test(textOf(path)))

  test('each has a case in e2e/_support/mutation-routes.ts, which e2e/hardening.spec.ts asks as a page of another site would', () => {
    expect(changing.map((path) => dirname(path).replace(/^app\//, '')).sort()).toEqual(
      Object.keys(mutationRoutes).sort(),
    )
  })

  test('none reads a body without a limit', () => {
    const unlimited = filesOf('app').filter((path) =>
      /\brequest\.(text|json|formData|arrayBuffer|blob)\(/.test(textOf(path)),
    )
    expect(unlimited).toEqual([])
  })

  test('a GET changes nothing: no page, no part of one and no route that only reads imports a verb', () => {
    const verbs = new Set(filesOf('server').filter((path) => /\bperform(?:All)?\(/.test(textOf(path))))
    expect(verbs.size).toBeGreaterThan(40)
    const reading = filesOf('app').filter((path) => !changing.includes(path))
    const imported = reading.flatMap((path) =>
      [...textOf(path).matchAll(/^import (?!type )[^;]*? from '@\/(server\/[^']+)'/gm)].map(([, from]) => [
        path,
        `${from}.ts`,
      ]),
    )
    expect(imported.length).toBeGreaterThan(50)
    expect(imported.filter(([, from = '']) => verbs.has(from))).toEqual([])
  })

  test('no page has a server action: what changes something is a route above or a procedure', () => {
    const serverActions = filesOf('app').filter((path) => /['"]use server['"]/.test(textOf(path)))
    expect(serverActions).toEqual([])
  })
})

describe('where answers lead', () => {
  test('only to paths of this host', () => {
    expect(goTo('/sign-in?x=1').headers.get('location')).toBe('/sign-in?x=1')
    for (const path of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil',
      'javascript:x',
      '',
      '/a\nb',
    ])
      expect(() => goTo(path)).toThrow()
  })

  test('no redirect and no navigation of ours takes its target from a request', () => {
    const targets = filesOf('app').flatMap((path) =>
      [...textOf(path).matchAll(/\b(?:redirect|permanentRedirect|goTo|Response\.redirect)\(([^)\n]*)/g)].map(
        ([, target = '']) => [path, target.trim()] as const,
      ),
    )
    expect(targets.length).toBeGreaterThan(5)
    const isOurs = (path: string, target: string) => /\bpaths\./.test(target) || path === 'app/api/auth/go-to.ts'
    const wrong = targets.filter(([path, target]) => !isOurs(path, target))
    expect(wrong).toEqual([])
  })
})

describe('the policy of pages', () => {
  const policy = contentPolicy('abc')
  const directive = (name: string) => policy.split('; ').find((each) => each.startsWith(`${name} `))

  test('runs no script but those with the nonce, and nothing from elsewhere', () => {
    expect(directive('script-src')).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'")
    expect(directive('script-src-attr')).toBe("script-src-attr 'none'")
    expect(directive('style-src-elem')).toBe("style-src-elem 'self' 'nonce-abc'")
    for (const name of ['default-src', 'object-src', 'base-uri', 'frame-ancestors'])
      expect(directive(name)).toBe(`${name} 'none'`)
    expect(directive('connect-src')).toBe("connect-src 'self'")
    expect(directive('form-action')).toBe("form-action 'self'")
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
    expect(policy.match(/unsafe-inline/g)).toEqual(['unsafe-inline'])
  })

  test('only the development server may evaluate', () => {
    expect(contentPolicy('abc', { isDev: true })).toContain("'unsafe-eval'")
  })
})

test('every answer says nosniff, no frames, no referrer; HSTS on https alone', () => {
  const plain = answerHeaders({ isHttps: false })
  expect(plain).toMatchObject({
    'content-security-policy': dataPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  })
  expect(plain).not.toHaveProperty('strict-transport-security')
  expect(answerHeaders({ isHttps: true })['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
})

test('proxy.ts decides nothing: it knows no session, no path and no person', () => {
  const text = textOf('proxy.ts')
  expect(text).not.toMatch(/cookie|session|redirect|rewrite|pathname|sign-in|Response\(/i)
})

test('no text of ours is put into a page as HTML', () => {
  const raw = [...filesOf('app'), ...filesOf('components')].filter((path) =>
    /dangerouslySetInnerHTML|innerHTML|document\.write/.test(textOf(path)),
  )
  expect(raw).toEqual([])
})

describe('security.txt', () => {
  test('names who reads about holes, for the next 90 days; without one there is none', () => {
    const at = new Date('2026-11-22T00:00:00Z')
    setSecurityContact('mailto:security@patchward.example', 'https://console.example')
    expect(securityText(at)).toBe(
      [
        'Contact: mailto:security@patchward.example',
        'Expires: 2027-02-20T00:00:00.000Z',
        'Preferred-Languages: en',
        'Canonical: https://console.example/.well-known/security.txt',
        '',
      ].join('\n'),
    )
    setSecurityContact(undefined, 'https://console.example')
    expect(securityText(at)).toBeNull()
  })
})
