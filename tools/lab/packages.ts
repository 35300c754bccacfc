import type { DebSource } from './deb.ts'

/** The suites of the lab's archive with the labels apt shows beside a version. */
export const suites = { lab: 'Lab', 'lab-security': 'Lab-Security' } as const
export type Suite = keyof typeof suites

/** A package of the lab in one version. */
export type PackageRef = { name: string; version: string }

/** What a version of lab-svc ships as `/usr/lib/lab-svc/service.json`: how its process behaves. */
export type ServiceBehaviour = {
  version: string
  /** Stops by itself once it gave this many good answers … */
  stopsAfterAnswers?: number
  /** … but not before it has lived this long. */
  stopsNotBeforeMs?: number
}

/** What every device of the lab has from the beginning. */
export const firstVersions: PackageRef[] = ['lab-svc', 'lab-lib', 'lab-base', 'lab-ext'].map((name) => ({
  name,
  version: '1.0',
}))

/** The good patches that are missing on every device as soon as the lab runs. */
export const firstPatches: PackageRef[] = [
  { name: 'lab-svc', version: '2.0' },
  { name: 'lab-lib', version: '2.0' },
]

/** The file of lab-svc that changes with each version and that a lab device's administrator has edited. */
export const conffilePath = '/etc/lab-svc/lab-svc.conf'

const recipes: Record<string, { suite: Suite; versions: string[]; build: (version: string) => DebSource }> = {
  'lab-svc': { suite: 'lab-security', versions: ['1.0', '2.0', '3.0', '4.0'], build: buildLabSvc },
  'lab-lib': { suite: 'lab', versions: ['1.0', '2.0'], build: buildLabLib },
  'lab-base': {
    suite: 'lab',
    versions: ['1.0', '2.0'],
    build: (version) => buildPaired('lab-base', 'lab-ext', version),
  },
  'lab-ext': {
    suite: 'lab',
    versions: ['1.0', '2.0'],
    build: (version) => buildPaired('lab-ext', 'lab-base', version),
  },
}

/** The source and suite of a package of the lab. Throws when the lab has no such package or version. */
export function findPackage(ref: PackageRef): { suite: Suite; source: DebSource } {
  const recipe = Object.hasOwn(recipes, ref.name) ? recipes[ref.name] : undefined
  if (!recipe?.versions.includes(ref.version)) throw new Error(`the lab has no package ${ref.name} ${ref.version}`)
  return { suite: recipe.suite, source: recipe.build(ref.version) }
}

/** All packages and versions the lab can publish. */
export function listPackages(): PackageRef[] {
  return Object.entries(recipes).flatMap(([name, { versions }]) => versions.map((version) => ({ name, version })))
}

function buildLabSvc(version: string): DebSource {
  const behaviour: ServiceBehaviour =
    version === '4.0' ? { version, stopsAfterAnswers: 3, stopsNotBeforeMs: 5000 } : { version }
  return {
    name: 'lab-svc',
    version,
    description: 'small web service of the Patchward device lab',
    files: {
      '/usr/lib/lab-svc/service.json': `${JSON.stringify(behaviour)}\n`,
      [conffilePath]: `# settings of lab-svc ${version}\nworkers = ${version.split('.')[0]}\n`,
    },
    conffiles: [conffilePath],
    scripts: { postinst: version === '3.0' ? failingPostinst : restartingPostinst(version) },
  }
}

const failingPostinst = `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
echo "lab-svc: cannot convert the settings of the installed version: no such column 'region'" >&2
exit 1
`

/** Asks the device's supervisor for a restart and, as a real init system would, waits until the new version answers. */
function restartingPostinst(version: string): string {
  return `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
run="$DPKG_ROOT/run/lab-svc"
mkdir -p "$run"
rm -f "$run/version"
echo "${version} $$ $(date +%s)" > "$run/restart.new"
mv "$run/restart.new" "$run/restart"
[ -e "$run/supervisor" ] && kill -0 "$(cat "$run/supervisor")" 2>/dev/null || exit 0
tries=0
while [ "$tries" -lt 100 ]; do
  [ "$(cat "$run/version" 2>/dev/null)" = "${version}" ] && exit 0
  tries=$((tries + 1))
  sleep 0.05
done
echo "lab-svc: the service did not come up as ${version} within 5 s" >&2
exit 0
`
}

function buildLabLib(version: string): DebSource {
  return {
    name: 'lab-lib',
    version,
    description: 'small library of the Patchward device lab',
    files: { '/usr/lib/lab-lib/lab-lib.txt': `lab-lib ${version}\n` },
  }
}

/** Two packages that only go together: each needs exactly the other's version, so they form one update set. */
function buildPaired(name: string, other: string, version: string): DebSource {
  return {
    name,
    version,
    fields: { ...(name === 'lab-base' ? {} : { Source: 'lab-base' }), Depends: `${other} (= ${version})` },
    description: `one half of a pair in the Patchward device lab (with ${other})`,
    files: { [`/usr/lib/${name}/${name}.txt`]: `${name} ${version}\n` },
  }
}
