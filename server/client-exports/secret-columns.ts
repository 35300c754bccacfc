/** Columns that open something: in no export, of whatever table. `stream-export.db.test.ts` asks for a word about each that looks like one. */
export const secretColumns: Readonly<Record<string, readonly string[]>> = { enrolment_tokens: ['token_hash'] }
