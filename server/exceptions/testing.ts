import { personContext as contextOf, type personContext } from '../rollouts/testing.ts'
import { answerException } from './answer-exception.ts'
import { askException } from './ask-exception.ts'
import type { AskException } from './schema.ts'

type Who = Parameters<typeof personContext>[0]

/** What tests ask for where it does not matter. */
export const plainAsk = {
  isAllVersions: false,
  reach: { kind: 'client' },
  reason: 'The till software needs the old one',
  owner: 'Mia Lane',
  measure: 'The tills have no way to the internet',
} as const satisfies Partial<AskException>

/** An exception that the MSP asked for and the client manager signed off; answers its id. */
export async function agreeOn(
  mspId: Who,
  input: Pick<AskException, 'clientId' | 'patchId' | 'lastDay'> & Partial<AskException>,
  now = new Date(),
): Promise<string> {
  const { exceptionId } = await askException(contextOf(mspId, { now }), { ...plainAsk, ...input }, 'msp')
  const manager = contextOf(mspId, { role: 'client-manager', clients: [input.clientId], now })
  await answerException(manager, { exceptionId, answer: 'accepted', reason: '' }, 'client')
  return exceptionId
}
