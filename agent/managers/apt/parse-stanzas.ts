/** One paragraph of control data: its fields by name, and its text as it stood. */
export interface Stanza {
  fields: Map<string, string>
  text: string
}

/** Reads deb822 paragraphs such as those of `apt-cache show` or dpkg's status file; continuation lines stay in their field. */
export function parseStanzas(text: string): Stanza[] {
  const stanzas: Stanza[] = []
  for (const part of text.split(/\n(?:[ \t]*\n)+/)) {
    const fields = new Map<string, string>()
    let last = ''
    for (const line of part.split('\n')) {
      if (/^[ \t]/.test(line)) {
        fields.set(last, `${fields.get(last) ?? ''}\n${line}`)
        continue
      }
      const colon = line.indexOf(':')
      if (colon <= 0) continue
      last = line.slice(0, colon)
      fields.set(last, line.slice(colon + 1).trim())
    }
    if (fields.size > 0) stanzas.push({ fields, text: part.trim() })
  }
  return stanzas
}
