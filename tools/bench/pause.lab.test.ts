import { expect, test } from 'vitest'
import { run } from './pause.ts'

test('the bench of pause really measures: permits before it, refusals after it', async () => {
  const [measured] = await run()
  expect(measured?.unit).toBe('ms')
  expect(measured?.note).toMatch(/: [1-9]\d* permits before, [1-9]\d* refused as paused after/)
  expect(measured?.value).toBeGreaterThan(0)
})
