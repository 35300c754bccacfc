import type { KeyObject } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import { isHeadSigned } from '../../server/audit/sign-head.ts'
import type { Findings } from './findings.ts'

/** A head that somebody copied from the console: it stands outside the database. */
export interface KnownHead {
  position: number
  hash: string
}

interface HeadRow {
  day: string
  position: string
  hash: string
  keyId: string
  signature: string
  sealHash: string | null
}

/** A day's head is signed when the day is over; this long after midnight it must be there. */
const graceMs = 10 * 60_000

/** Checks the signed heads against the chain as it is now: a chain that was rewritten or cut off does not fit them. Answers their days. */
export async function checkHeads(
  sql: TransactionSql,
  {
    mspId,
    lastPosition,
    keys,
    at,
  }: { mspId: string; lastPosition: number; keys: ReadonlyMap<string, KeyObject>; at: Date },
  findings: Findings,
): Promise<{ heads: number; newestDay: string | null }> {
  const heads = await sql<HeadRow[]>`
    select h.day, h.position, h.hash, h.key_id as "keyId", h.signature, s.hash as "sealHash"
    from audit_heads h left join audit_seals s on s.msp_id = h.msp_id and s.position = h.position
    where h.msp_id = ${mspId} order by h.day`
  for (const { day, position, hash, keyId, signature, sealHash } of heads) {
    const key = keys.get(keyId)
    const head = { mspId, day, position: Number(position), hash }
    if (!key) findings.add(`The head of ${day} is signed with key ${keyId.slice(0, 16)}, which was not given.`)
    else if (!isHeadSigned(head, signature, key))
      findings.add(`The head of ${day} has a false signature: it was altered.`)
    findMisfit(`The head signed for ${day}`, head, sealHash, lastPosition, findings)
  }
  const missing = await sql<{ day: string }[]>`
    select distinct to_char(s.sealed_at at time zone 'UTC', 'YYYY-MM-DD') as day from audit_seals s
    where s.msp_id = ${mspId} and s.sealed_at < date_trunc('day', ${new Date(at.getTime() - graceMs)}::timestamptz, 'UTC')
    except select day from audit_heads where msp_id = ${mspId} order by day`
  for (const { day } of missing) findings.add(`The signed head of ${day} is missing.`)
  return { heads: heads.length, newestDay: heads.at(-1)?.day ?? null }
}

/** A head that was copied out of the database before. */
export async function checkKnownHead(
  sql: TransactionSql,
  mspId: string,
  head: KnownHead,
  lastPosition: number,
  findings: Findings,
): Promise<void> {
  const [seal] = await sql<{ hash: string }[]>`
    select hash from audit_seals where msp_id = ${mspId} and position = ${head.position}`
  findMisfit('The head that you gave', head, seal?.hash ?? null, lastPosition, findings)
}

function findMisfit(
  what: string,
  { position, hash }: KnownHead,
  sealHash: string | null,
  lastPosition: number,
  findings: Findings,
): void {
  if (position > lastPosition)
    findings.add(
      `The chain was cut off: ${lowerFirst(what)} is seal ${position}, and the chain ends at ${lastPosition}.`,
    )
  else if (sealHash !== hash)
    findings.add(`The chain was rewritten: ${lowerFirst(what)} is not the seal ${position} that stands there now.`)
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
