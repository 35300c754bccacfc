/** Pages refetch by themselves; only a person's doing keeps a session alive (half an hour, `server/auth/sessions.ts`). */
const activeForMs = 120_000
let lastActiveAt = 0

/** Notes keys, pointer and touch of this tab. Answers how to stop. */
export function watchActivity(): () => void {
  const note = () => {
    lastActiveAt = Date.now()
  }
  note()
  const events = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
  for (const event of events) window.addEventListener(event, note, { passive: true, capture: true })
  return () => {
    for (const event of events) window.removeEventListener(event, note, { capture: true })
  }
}

/** Did a person do something in this tab just now? */
export const isActive = (): boolean => Date.now() - lastActiveAt < activeForMs
