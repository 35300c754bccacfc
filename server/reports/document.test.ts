import { describe, expect, test } from 'vitest'
import { readReport } from './document.ts'
import { sampleReport } from './testing/sample-reports.ts'

/** As reports were written before the standings of devices were kept. */
function formOne() {
  const {
    standsAt: _,
    changes: _changes,
    restarts: _restarts,
    exceptions: _exceptions,
    computers,
    ...rest
  } = sampleReport()
  const { excepted: _excepted, ...standing } = computers
  return { ...rest, form: 1, computers: standing }
}

describe('a report as it is stored', () => {
  test('of today’s form is read as it was written', () => {
    expect(readReport(JSON.stringify(sampleReport()))).toEqual(sampleReport())
  })

  test('of form 1 stays readable, and says of what it did not know that nobody knows it', () => {
    const { countedAt } = sampleReport()
    expect(readReport(JSON.stringify(formOne()))).toEqual(
      sampleReport({ standsAt: countedAt, changes: null, restarts: null, exceptions: [] }),
    )
  })

  test.each([
    ['of a form that is not known', { ...sampleReport(), form: 3 }],
    ['of form 1 with a field of form 2', { ...formOne(), restarts: { done: 1, computers: 1 } }],
    ['without its computers', { ...sampleReport(), computers: undefined }],
  ])('%s is refused', (_, document) => {
    expect(() => readReport(JSON.stringify(document))).toThrow()
  })
})
