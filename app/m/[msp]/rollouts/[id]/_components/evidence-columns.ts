/** Grid columns of the evidence: the patch, one a ring, the verdict. */
export function evidenceColumns(ringCount: number): string {
  return `minmax(180px,1.2fr) repeat(${ringCount}, minmax(132px,1fr)) minmax(150px,0.8fr)`
}
