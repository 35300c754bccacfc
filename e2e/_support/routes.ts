import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkout } from './stack.ts'

/** The folder of each file of this name below `app`, as an address with its parameters in brackets; groups in parentheses left out. */
export function listRoutes(file: 'page.tsx' | 'route.ts'): string[] {
  return readdirSync(join(checkout, 'app'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name === file)
    .map((entry) => dirname(join(entry.parentPath, entry.name)).slice(join(checkout, 'app').length))
    .map((folder) => folder.replaceAll(/\/\([^)]*\)/g, '') || '/')
    .sort()
}

/** An address of this route: each parameter by its value. Throws for one without. */
export function fillRoute(route: string, values: Record<string, string>): string {
  return route.replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${route} needs a value for ${name}`)
    return encodeURIComponent(value)
  })
}
