/** What a form with brackets says: `a[b][0]=c` is `{ a: { b: { 0: 'c' } } }`. */
export interface Form {
  [name: string]: string | Form
}

export function parseForm(text: string): Form {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/\[|\]\[|\]/).filter(Boolean)
    const last = path.pop() ?? name
    let at = form
    for (const step of path) {
      const known = at[step]
      const next = typeof known === 'object' ? known : {}
      at[step] = next
      at = next
    }
    at[last] = value
  }
  return form
}

/** Names of all values, with `*` for what the caller names: places of lists and keys of metadata. */
export function namesOf(form: Form, before = ''): string[] {
  return Object.entries(form).flatMap(([name, value]) => {
    const here = before ? `${before}.${/^\d+$/.test(name) ? '*' : name}` : name
    return typeof value === 'string' ? [here] : namesOf(value, here)
  })
}

export const textOf = (form: Form, name: string): string | undefined => {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}
export const partOf = (form: Form, name: string): Form => {
  const value = form[name]
  return typeof value === 'object' ? value : {}
}
