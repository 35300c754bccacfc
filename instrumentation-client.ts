import { config } from 'zod/v4/core'

// Runs in the browser before any of our modules: Zod compiles its schemas by eval where it may, and tries whether it may as soon as
// there is one. The policy of our pages forbids it, and a try is a violation already.
config({ jitless: true })
