import { expect, test } from 'vitest'
import { hasReachedDpkg } from './judge-set.ts'

// As apt 2.6 and dpkg 1.21 print them.
const plan =
  'Reading package lists...\nBuilding dependency tree...\nThe following packages will be upgraded:\n  lab-svc\n'

test('apt that failed over its lists has handed nothing to dpkg', () => {
  const lists = 'E: Could not open file /var/lib/apt/lists/deb_main_Packages - open (2: No such file or directory)\n'
  expect(hasReachedDpkg('')).toBe(false)
  expect(hasReachedDpkg(lists)).toBe(false)
  expect(hasReachedDpkg(`${plan}E: The package cache file is corrupted\n`)).toBe(false)
})

test.each([
  'dpkg: error processing archive /store/lab-svc_3.0_amd64.deb (--unpack):',
  '(Reading database ... 12 files and directories currently installed.)',
  'Preparing to unpack .../lab-svc_3.0_amd64.deb ...',
  'Setting up lab-svc (3.0) ...',
  'Removing lab-ext (1.0) ...',
])('it has with "%s"', (line) => {
  expect(hasReachedDpkg(`${plan}${line}\n`)).toBe(true)
})
