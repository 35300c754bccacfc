import { expect, test } from 'vitest'
import { describeBrowser, passkeyAddress } from './rules.ts'

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.0 Safari/605.1', 'Safari on macOS'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Mobile Safari/604',
    'Safari on iOS',
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
  ['curl/8.9', 'curl'],
  ['<script>alert(1)</script> on Windows', 'A browser on Windows'],
  ['', 'An unknown browser'],
])('%s is %s', (userAgent, words) => {
  expect(describeBrowser(userAgent)).toBe(words)
})

test.each([
  ['http://127.0.0.1:3000/sign-in', 'http://localhost:3000/sign-in'],
  ['http://[::1]:3000/', 'http://localhost:3000/'],
  ['http://localhost:3000/', null],
  ['https://console.example/', null],
  ['http://127.0.0.1.evil.example/', null],
  ['nonsense', null],
])('passkeys at %s: %s', (address, other) => {
  expect(passkeyAddress(address)).toBe(other)
})
