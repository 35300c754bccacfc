/** An answer that makes the browser GET `path` of this host: relative, so that no header decides where it goes. */
export function goTo(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
