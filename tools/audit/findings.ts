const mostKept = 100

/** What a proof found wrong: the first hundred sentences and how many there are, however long the chain. */
export class Findings {
  readonly sentences: string[] = []
  count = 0

  add(sentence: string): void {
    this.count += 1
    if (this.sentences.length < mostKept) this.sentences.push(sentence)
  }
}
