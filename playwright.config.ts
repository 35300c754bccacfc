import { defineConfig, devices } from '@playwright/test'

// The launcher starts the built app and passes these; without them there is nothing to look at.
const { E2E_BASE_URL, E2E_RESULTS, E2E_TRACE, PLAYWRIGHT_CHROMIUM } = process.env
const isRoot = process.getuid?.() === 0
// Without a graphics card the browser imitates one, in a process of its own.
const plain = ['--disable-gpu', '--disable-gpu-compositing', '--disable-software-rasterizer']

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: true,
  retries: 0,
  // Files beside each other, the journeys of a file one after the other: they share one world.
  workers: 3,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: E2E_RESULTS ?? 'test-results/e2e.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: E2E_BASE_URL,
    locale: 'en-GB',
    // What moves for the eye alone costs a processor that journeys need.
    contextOptions: { reducedMotion: 'reduce' },
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    // A trace of every step costs as much as the journeys themselves: asked for by hand.
    trace: E2E_TRACE ? 'on' : 'off',
    launchOptions: { executablePath: PLAYWRIGHT_CHROMIUM, args: [...plain, ...(isRoot ? ['--no-sandbox'] : [])] },
  },
})
