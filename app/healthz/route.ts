export const dynamic = 'force-dynamic'

/** Is this process alive? */
export const GET = () => new Response('ok\n')
