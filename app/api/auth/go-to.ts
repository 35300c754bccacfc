/**
 * An answer that makes the browser GET `path` of this host: relative, so that no header decides where it goes. Throws for what a browser
 * would read as an address of another host.
 */
export function goTo(path: string): Response {
  if (!/^\/(?![/\\])[^\s\\]*$/.test(path)) throw new Error('an answer leads to a path of this host only')
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
