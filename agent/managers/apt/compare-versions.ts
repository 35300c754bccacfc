/**
 * Orders two Debian versions as dpkg does: epoch, upstream version, revision; `~` before the end, the end before letters,
 * letters before the rest, numbers by value. Below zero: `one` is older.
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [splitVersion(one), splitVersion(other)]
  return compareNumbers(a.epoch, b.epoch) || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision)
}

function splitVersion(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

function comparePart(one: string, other: string): number {
  let [a, b] = [one, other]
  while (a !== '' || b !== '') {
    const [textA = '', textB = ''] = [/^[^0-9]*/.exec(a)?.[0], /^[^0-9]*/.exec(b)?.[0]]
    for (let index = 0; index < Math.max(textA.length, textB.length); index += 1) {
      const difference = rankOf(textA[index]) - rankOf(textB[index])
      if (difference !== 0) return difference
    }
    a = a.slice(textA.length)
    b = b.slice(textB.length)
    const [digitsA = '', digitsB = ''] = [/^[0-9]*/.exec(a)?.[0], /^[0-9]*/.exec(b)?.[0]]
    const difference = compareNumbers(digitsA, digitsB)
    if (difference !== 0) return difference
    a = a.slice(digitsA.length)
    b = b.slice(digitsB.length)
  }
  return 0
}

function rankOf(character: string | undefined): number {
  if (character === undefined) return 0
  if (character === '~') return -1
  const code = character.charCodeAt(0)
  return /[A-Za-z]/.test(character) ? code : code + 256
}

/** By value without converting: versions hold numbers larger than a double keeps exactly. */
function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')]
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
