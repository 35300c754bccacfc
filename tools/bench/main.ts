import { cpus, totalmem } from 'node:os'
import type { Measurement } from './measurement.ts'

/** `npm run bench [-- <name>]`: figures, each with the machine's own limit or a peer of the same run. Nothing here is a test. */
const benches: Record<string, () => Promise<{ run(): Promise<Measurement[]> }>> = {
  'check-ins': () => import('./check-ins.ts'),
  pause: () => import('./pause.ts'),
  dispatch: () => import('./dispatch.ts'),
  'agent-memory': () => import('./agent-memory.ts'),
  pages: () => import('./pages.ts'),
  wall: () => import('./wall.ts'),
  report: () => import('./report.ts'),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`no bench called ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(1)
}
console.log(
  `machine: ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
)
for (const [name, load] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`· ${name} …`)
  const { run } = await load()
  for (const one of await run()) {
    const ratio =
      one.limit === undefined ? '' : `  limit ${one.limit} ${one.unit}, ratio ${(one.value / one.limit).toFixed(2)}`
    console.log(`${one.name}: ${one.value} ${one.unit}${ratio}\n    ${one.note}`)
  }
}
process.exit(0)
