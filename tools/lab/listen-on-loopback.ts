import type { Server } from 'node:http'

/** Listens on 127.0.0.1 at the wished port, or at a free one when it is taken or not given. Returns the port. */
export async function listenOnLoopback(server: Server, wishedPort = 0): Promise<number> {
  try {
    return await listen(server, wishedPort)
  } catch (error) {
    if (wishedPort === 0) throw error
    return listen(server, 0)
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
