import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { csvListNames } from '@/server/csv/schema'

const app = new URL('../../../', import.meta.url).pathname

test('each list that can be had as a file has one button, and each button a list', () => {
  const buttons = globSync('**/*.tsx', { cwd: app }).flatMap((file) =>
    [...readFileSync(`${app}${file}`, 'utf8').matchAll(/<DownloadCsv\s+list="([^"]+)"/g)].map((found) => found[1]),
  )
  expect(buttons.sort()).toEqual([...csvListNames].sort())
})
