import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'

/** Builds the workflow bundle that workers load: `dist/workflows.cjs`. */
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('./all-workflows.ts', import.meta.url)),
})
await mkdir(new URL('../dist/', import.meta.url), { recursive: true })
await writeFile(new URL('../dist/workflows.cjs', import.meta.url), code)
process.stdout.write(`workflow bundle: ${code.length} bytes\n`)
