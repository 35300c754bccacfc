import type { Agent, request } from 'node:http'

export interface Connector {
  request: typeof request
  agent: Agent
}

const connectors = new Map<string, Connector>()

/**
 * Node's http or https with kept connections. Got by name, not by `import`: an import touches each export, one of them
 * loads undici, and the idle agent would be 12 MB larger.
 */
export function connectorFor(protocol: string): Connector {
  const known = connectors.get(protocol)
  if (known) return known
  const library = protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
  const connector = { request: library.request, agent: new library.Agent({ keepAlive: true }) }
  connectors.set(protocol, connector)
  return connector
}
