import { troubleBeginnings } from '../../agent/wire/trouble.ts'
import { formatList } from '../../components/format.ts'

/** What is known of a fault: what it means, and what to do. */
export interface Explanation {
  words: string
  advice: string
}

/** What stands in one line of a fault: these words, and those of `with`. */
interface Sign {
  words: RegExp
  with?: RegExp
  without?: RegExp
}

/**
 * Every character of what is read here may come from a hostile device, so each pattern takes a time that grows with the line alone: none asks for
 * "anything, and then" (a test sees to it); what stands further on in a line has a pattern of its own.
 */
export const faults: readonly { signs: readonly Sign[]; words: string; advice: string }[] = [
  {
    signs: [{ words: /no space left on device|not enough (free )?(disk )?space|minFreeBytes/i }],
    words: 'The disk is full.',
    advice: 'Free some space on the device, then retry.',
  },
  {
    signs: [
      { words: /could not get lock|is another process using it/i },
      { words: /unable to acquire the dpkg /i, with: /lock/i },
    ],
    words: 'Another package manager was at work on the device.',
    advice: 'Wait until it has finished, then retry.',
  },
  {
    signs: [{ words: /dpkg was interrupted|received signal \d/i }],
    words: 'The package manager was killed in the middle of its work.',
    advice: 'The agent repairs that before the next attempt. Retry.',
  },
  {
    signs: [
      { words: /(pre|post)-?(installation|removal) script|maintainer script/i },
      { words: /(pre|post)(inst|rm)/i, with: /error|exit/i },
    ],
    words: 'A script of the package itself ended with an error.',
    advice: 'Read its output below. A retry helps only when the cause lies on the device.',
  },
  {
    signs: [{ words: /configuration file|conffile/i }],
    words: 'The package asks about a configuration file that was changed on the device.',
    advice: 'Settle the file on the device, then retry.',
  },
  {
    signs: [{ words: /NO_PUBKEY|EXPKEYSIG|is not signed|signatures? (couldn't|could not|were invalid)/i }],
    words: 'The signature of the package source cannot be checked.',
    advice: 'Put the key of the source on the device, or remove the source.',
  },
  {
    signs: [{ words: /hash sum mismatch|size mismatch/i }, { words: /sha256/i, with: /differ|mismatch/i }],
    words: 'What was fetched is not what the source announced.',
    advice: 'The source is being changed, or a proxy serves old files. Retry later.',
  },
  {
    signs: [{ words: /temporary failure resolving|could not resolve|name or service not known/i }],
    words: 'The device cannot find the package source by its name.',
    advice: 'Look at the name service of the device, then retry.',
  },
  {
    signs: [
      { words: /unable to connect|network is unreachable/i },
      { words: /connection (refused|timed out|reset)/i, without: /probe/i },
    ],
    words: 'A connection was refused or broke off.',
    advice: 'Look at the network, the proxy, or the service itself, then retry.',
  },
  {
    signs: [{ words: /404 {1,3}not found|no longer in the (source|repository)/i }],
    words: 'The source no longer has this file.',
    advice: 'Scan the device: the source may offer a newer version.',
  },
  {
    signs: [{ words: /unmet dependencies|but it is not (going to be )?install(ed|able)|held broken packages/i }],
    words: 'The packages it needs do not fit what is installed.',
    advice: 'Look for packages held on the device, or sources of another release.',
  },
  {
    signs: [{ words: /holds more than the order|more than the order names/i }],
    words: 'The package manager would change more than the order names.',
    advice: 'Nothing was changed. Scan the device, so that the next order fits.',
  },
]
const probeFault: Explanation = {
  words: 'The patch went in, but something the device watches stopped working.',
  advice: 'The version before is back. Look at the probe, then decide about the patch.',
}

/** What the raw words about a device's trouble are: whose they are, and what they mean for it. */
export interface ToldTrouble {
  sentence: string
  /** "What dpkg says", "What apt and the agent say". */
  label: string
}

const { interrupted, listsUnread, notWorkedOut, notLooked, lookFailed, notTaken } = troubleBeginnings
/** What the door adds to a look in `db/functions/note-look.sql`. */
export const tooManyBeginning = 'The device shows more than'

const notWorkedOutSentence = 'apt cannot work out what this device lacks. No set goes in before that is repaired.'

interface Speaker {
  name: string
  sentence: string
  /** Sentences of the agent and the door. */
  begins: readonly string[]
  /** Words of the program itself, as it prints them. */
  prints?: RegExp
}

/** The parts that the agent and the door put together, each known by its beginning. The first that speaks says what it means. */
const speakers: readonly Speaker[] = [
  {
    name: 'dpkg',
    sentence: 'The package system of this device is not healthy. No set goes in before that is repaired.',
    begins: [interrupted],
    prints: /^(dpkg|The following packages (?!have unmet))/,
  },
  { name: 'apt', sentence: notWorkedOutSentence, begins: [notWorkedOut] },
  {
    name: 'apt',
    sentence: 'The package lists of this device could not be read. It may lack more than stands here.',
    begins: [listsUnread],
  },
  // Lines that follow one of the two above; alone, they are the failed simulation of an agent that did not say so yet.
  {
    name: 'apt',
    sentence: notWorkedOutSentence,
    begins: [],
    prints: /^([EWN]: |apt|The following packages have unmet)/,
  },
  {
    name: 'the agent',
    sentence: 'Not all of what this device shows could be taken up. What stands here may be old.',
    begins: [notTaken, notLooked, lookFailed, tooManyBeginning],
  },
]

/** Who speaks in the trouble of a device, and what it means; null when there is none. */
export function tellTrouble(trouble: string): ToldTrouble | null {
  if (trouble === '') return null
  const lines = trouble.split('\n')
  const speaking = speakers.filter(({ begins, prints }) =>
    lines.some((line) => begins.some((beginning) => line.startsWith(beginning)) || prints?.test(line)),
  )
  const names = [...new Set(speaking.map(({ name }) => name))]
  return {
    sentence: speaking[0]?.sentence ?? 'The package system of this device may not be healthy.',
    label:
      names.length === 0 ? 'What the device says' : `What ${formatList(names)} ${names.length === 1 ? 'says' : 'say'}`,
  }
}

/** Plain words for a known fault; null when it is not known and the raw output has to speak. */
export function explainFault(reason: string, output: string): Explanation | null {
  if (/^the probe "/i.test(reason)) return probeFault
  const known = findFault(reason) ?? findFault(output)
  return known ? { words: known.words, advice: known.advice } : null
}

/** As much as a device may send of one output, and more than a line of a package manager has. */
const mostCharacters = 8_000
const mostLineCharacters = 500

/** The first known fault that one of the last lines tells. */
function findFault(text: string) {
  const lines = text
    .slice(-mostCharacters)
    .split('\n')
    .map((line) => line.slice(0, mostLineCharacters))
  const isIn = (line: string, sign: Sign) =>
    sign.words.test(line) && (sign.with?.test(line) ?? true) && !sign.without?.test(line)
  return faults.find(({ signs }) => lines.some((line) => signs.some((sign) => isIn(line, sign))))
}
