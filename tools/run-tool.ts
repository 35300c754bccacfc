/** Runs a command of an operator: what stops it is one sentence and exit code 1; `close` ends its connections either way. */
export async function runTool(main: () => Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    await close()
  }
}
