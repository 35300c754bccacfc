import { z } from 'zod'

/** Parses the environment of one process; throws one sentence that names every wrong or missing variable. */
export function readEnv<T extends z.ZodRawShape>(process_: string, shape: T): z.infer<z.ZodObject<T>> {
  const parsed = z.object(shape).safeParse(process.env)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`)
  throw new Error(`${process_} cannot start: wrong or missing environment variable ${faults.join(', ')}`)
}

export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address')
export const port = z.coerce.number().int().min(0).max(65_535)
