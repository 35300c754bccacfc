import { expect, test } from 'vitest'
import { playwrightOutcomes } from './playwright-outcomes.mjs'

const spec = (title, status, result = {}, annotations = []) => ({
  title,
  file: 'rollout.spec.ts',
  tests: [{ status, annotations, results: [{ duration: 7, ...result }] }],
})

test('each journey becomes one outcome; flaky and broken ones are failures', () => {
  const suite = {
    title: 'rollout.spec.ts',
    file: 'rollout.spec.ts',
    specs: [spec('moves', 'expected')],
    suites: [
      {
        title: 'pause',
        file: 'rollout.spec.ts',
        specs: [
          spec('stops', 'unexpected', { error: { message: 'no button\nstack' } }),
          spec('sometimes', 'flaky'),
          spec('later', 'skipped', {}, [{ type: 'skip', description: 'needs root' }]),
        ],
      },
    ],
  }
  const outcomes = playwrightOutcomes({ suites: [suite], errors: [{ message: 'config is broken' }] })
  expect(outcomes.map(({ name, state, reason }) => [name, state, reason])).toEqual([
    ['moves', 'passed', undefined],
    ['pause > stops', 'failed', 'no button'],
    ['pause > sometimes', 'failed', 'flaky'],
    ['pause > later', 'skipped', 'needs root'],
    ['(outside of any test)', 'failed', 'config is broken'],
  ])
  expect(outcomes[0]).toMatchObject({ file: 'e2e/rollout.spec.ts', durationMs: 7, suite: 'e2e' })
})
