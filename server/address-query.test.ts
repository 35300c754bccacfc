import { expect, test } from 'vitest'
import { parseAuditQuery } from './audit/schema.ts'
import { parseClientsQuery } from './clients/schema.ts'
import { parseHoldsQuery } from './holds/schema.ts'
import { parsePatchesQuery } from './patches/schema.ts'
import { parseRolloutsQuery } from './rollouts/schema.ts'

const id = '0193c1de-0000-7000-8000-000000000001'

test('an address is read for what fits; the rest is left out, one part at a time', () => {
  expect(parseClientsQuery({ filter: 'in-flight', search: ' Birch ' })).toEqual({
    filter: 'in-flight',
    search: 'Birch',
  })
  expect(parseClientsQuery({ filter: 'nonsense', search: 'x'.repeat(101), other: 'y' })).toEqual({
    filter: 'all',
    search: '',
  })
  expect(parsePatchesQuery({ filter: 'held', classification: 'nonsense', search: ['a', 'b'] })).toEqual({
    filter: 'held',
    search: '',
  })
})

test('a client is `client` in the address, whatever a query calls it, and junk is no client', () => {
  expect(parseHoldsQuery({ client: id, state: 'lifted', after: 'junk' })).toEqual({ clientId: id, state: 'lifted' })
  expect(parseRolloutsQuery({ client: 'x', clientId: id, after: `2026-09-18T10:00:00.000Z_${id}` })).toEqual({
    after: `2026-09-18T10:00:00.000Z_${id}`,
  })
  expect(parseAuditQuery({ client: id, actor: 'system', action: 'hold:set', before: '12', after: '-1' })).toEqual({
    clientId: id,
    actor: 'system',
    action: 'hold:set',
    before: 12,
  })
})
