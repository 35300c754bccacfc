// Run by normal-user.lab.test.ts under another user: argument is JSON {path, archive}; prints what it saw as JSON.
import { dpkgOptions, installFirstVersions, prepareAptRoot, runApt, updateLists } from './apt-root.ts'
import { installExactly } from './install-exactly.ts'
import { firstVersions } from './packages.ts'
import { dpkgAudit, dpkgLog, installedVersion, readPackage } from './read-root.ts'

// Made by the test beside this file.
const input = JSON.parse(process.argv[2] ?? '') as { path: string; archive: Parameters<typeof prepareAptRoot>[1] }
const root = await prepareAptRoot(input.path, input.archive)
await installFirstVersions(root, firstVersions)
const first = await installedVersion(root, 'lab-svc')
await updateLists(root)
const upgraded = await installExactly(root, 'lab-svc=2.0')
const upgradedVersion = await installedVersion(root, 'lab-svc')
const failed = await installExactly(root, 'lab-svc=3.0')
const failedState = await readPackage(root, 'lab-svc')
// Without apt in between nothing but our own PATH leads dpkg to ldconfig and start-stop-daemon.
const repair = await runApt(root, 'dpkg', [...dpkgOptions(root.path), '--force-confold', '--configure', '-a'])
const back = await installExactly(root, 'lab-svc=2.0')

const upgrades = (await dpkgLog(root)).filter((line) => line.action === 'upgrade')
console.log(
  JSON.stringify({
    uid: process.getuid?.(),
    first,
    upgraded: { code: upgraded.code, version: upgradedVersion },
    failed: { code: failed.code, state: failedState },
    repair: { code: repair.code, isPostinstRun: repair.stderr.includes("no such column 'region'") },
    back: { code: back.code, version: await installedVersion(root, 'lab-svc'), audit: await dpkgAudit(root) },
    upgrades: upgrades.map(({ from, to }) => `${from} ${to}`),
  }),
)
