/** The zone most clients live in; of equals the first by name; UTC without any. */
export function commonZone(zones: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const zone of zones) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
  return most?.[0] ?? 'UTC'
}
