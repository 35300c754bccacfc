import { z } from 'zod'
import type { Probe } from './order.ts'
import { line, name, text } from './text-schema.ts'

/** Paths of probes are relative to the device's root and may not climb out of it. */
const rootPath = line(300).regex(/^\/?(?!.*(^|\/)\.\.(\/|$)).+$/)
const port = z.union([z.int().min(1).max(65_535), z.strictObject({ portFile: rootPath })])
const timeoutMs = z.int().min(100).max(60_000)
const ownerFile = rootPath.optional()
export const probeSchema: z.ZodType<Probe> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('process'), name, pidFile: rootPath, ownerFile }),
  z.strictObject({ kind: z.literal('tcp'), name, port, timeoutMs, ownerFile }),
  z.strictObject({
    kind: z.literal('http'),
    name,
    port,
    path: line(300).regex(/^\//),
    expectStatus: z.int().min(100).max(599),
    timeoutMs,
    ownerFile,
  }),
  z.strictObject({ kind: z.literal('file'), name, path: rootPath, contains: text(500).optional(), ownerFile }),
])
