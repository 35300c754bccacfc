import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'
import * as workflows from './all-workflows.ts'

const folder = new URL('./', import.meta.url)
const names = (await readdir(folder, { recursive: true })).filter(
  (name) => name.includes('histories/') && name.endsWith('.json'),
)
const histories = await Promise.all(
  names.map(async (name) => {
    const json: { events: { workflowExecutionStartedEventAttributes?: { workflowType?: { name?: string } } }[] } =
      JSON.parse(await readFile(new URL(name, folder), 'utf8'))
    return { name, json, type: json.events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name }
  }),
)

let bundle: WorkflowBundleWithSourceMap
beforeAll(async () => {
  bundle = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./all-workflows.ts', import.meta.url)) })
})

/** A rollout started by an older build finishes under this one: recorded decisions must still be the ones the code takes. */
describe('recorded histories replay against this code', () => {
  test.each(histories)('$name', async ({ name, json }) => {
    await Worker.runReplayHistory({ workflowBundle: bundle }, historyFromJSON(json), name)
  })
})

test('every registered workflow type has a history', () => {
  const recorded = new Set(histories.map((history) => history.type))
  expect(Object.keys(workflows).filter((type) => !recorded.has(type))).toEqual([])
})
