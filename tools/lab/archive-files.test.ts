import { expect, test } from 'vitest'
import { releaseText } from './archive-files.ts'

test('a Release file names suite, label, date in UTC and the digest of each index', () => {
  const indexes = new Map([['main/binary-amd64/Packages', Buffer.from('')]])
  expect(releaseText('lab-security', 'Lab-Security', indexes, new Date(Date.UTC(2026, 10, 21, 9, 5, 7)))).toBe(
    [
      'Origin: LabOS',
      'Label: Lab-Security',
      'Suite: lab-security',
      'Codename: lab-security',
      'Date: Sat, 21 Nov 2026 09:05:07 UTC',
      'Acquire-By-Hash: yes',
      'Architectures: amd64',
      'Components: main',
      'Description: archive of the Patchward device lab',
      'SHA256:',
      ' e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/binary-amd64/Packages',
      '',
    ].join('\n'),
  )
})
