import { z } from 'zod'
import { type RestRoute, routes } from './routes.ts'

type Json = Record<string, unknown>

const failure = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
}

/** The OpenAPI 3.1 document of the API, made from the table of routes. */
export function describeRest(): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Patchward',
      version: '1',
      description: 'Keys are made in the console, under Settings, API keys. A key never may more than its person.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'pw_<prefix>_<secret>' } } },
    paths,
  }
}

function describeRoute(route: RestRoute): Json {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const input = toJson(route.input, 'input')
  const { properties = {}, required = [] } = input as { properties?: Record<string, Json>; required?: string[] }
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name))
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: properties[name] })),
    ...(route.method === 'GET' ? rest : []).map((name) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema: properties[name],
    })),
  ]
  const body = {
    ...input,
    properties: Object.fromEntries(rest.map((name) => [name, properties[name]])),
    required: required.filter((name) => rest.includes(name)),
  }
  return {
    operationId: nameOf(route),
    summary: route.summary,
    description: `Needs the right ${route.actions.join(' or ')}.`,
    parameters,
    ...(route.method === 'POST'
      ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: toJson(route.output, 'output') } } },
      default: { description: 'Refused, with the reason', content: { 'application/json': { schema: failure } } },
    },
  }
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}

const nameOf = ({ method, path }: RestRoute) =>
  `${method.toLowerCase()}${path.replace(/[/{]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll('}', '')}`
