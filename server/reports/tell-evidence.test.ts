import { describe, expect, test } from 'vitest'
import { requirements } from './requirements.ts'
import { tellEvidence } from './tell-evidence.ts'
import { emptyReport, sampleReport } from './testing/sample-reports.ts'

const hash = 'ab'.repeat(32)
const of = (id: string, report = sampleReport()) => {
  const found = tellEvidence(report, hash).find((one) => one.id === id)
  if (!found) throw new Error(`nothing is said to ${id}`)
  return found
}
const textOf = (id: string, kind: string, report = sampleReport()) =>
  of(id, report).proofs.find((proof) => proof.kind === kind)?.text

describe('what a month supports', () => {
  test('is told for each requirement, with its source', () => {
    expect(tellEvidence(sampleReport(), hash).map(({ id }) => id)).toEqual(requirements.map(({ id }) => id))
    expect(of('hipaa')).toMatchObject({ source: '45 CFR 164.308(a)(5)(ii)(B)', limit: '' })
  })

  test('leaves no computer out that was not protected', () => {
    expect(textOf('gdpr', 'standing')).toBe(
      '93 of 96 computers had every update that was due at the end of the month. Of the others 0 were past due, 0 held, 0 excepted, 2 waiting for a restart, 1 without data.',
    )
  })

  test('names what came in time, and what was taken back', () => {
    expect(textOf('cyber-essentials', 'in-time')).toContain('250 of 253 updates with a due date')
    expect(textOf('gdpr', 'taken-back')).toContain('2 that caused trouble were taken back on 3 computers.')
    expect(textOf('gdpr', 'taken-back', sampleReport({ takenBack: [] }))).toContain('none had to be taken back')
  })

  test('carries the hash of what is frozen', () => {
    expect(textOf('hipaa', 'frozen')).toContain(hash)
  })

  test('says so where a pack was not in force', () => {
    expect(of('cyber-essentials').limit).toBe('')
    expect(of('essential-eight').limit).toBe(
      'Essential Eight was not among what asked for due dates at this client: its dates are those of Cyber Essentials 3.3, the policy.',
    )
  })

  test('claims nothing of a month without computers', () => {
    const texts = tellEvidence(emptyReport(), hash).flatMap(({ proofs }) => proofs.map(({ text }) => text))
    expect(texts.filter((text) => /\d+ of \d+/.test(text))).toEqual([])
  })

  test('never says that a requirement is met', () => {
    const said = JSON.stringify(tellEvidence(sampleReport(), hash))
    expect(said).not.toMatch(/complian|certif|\bmeets?\b|satisf/i)
  })
})
