'use client'
import { useEffect, useState } from 'react'

/**
 * The server's clock in milliseconds, moving on by itself every `everyMs`. It begins with the moment of the answer, so that server and
 * browser draw the same first picture.
 */
export function useClock(asOf: Date, everyMs: number): number {
  const asOfMs = asOf.getTime()
  const [nowMs, setNowMs] = useState(asOfMs)
  useEffect(() => {
    const aheadMs = asOfMs - Date.now()
    setNowMs(asOfMs)
    const timer = setInterval(() => setNowMs(Date.now() + aheadMs), everyMs)
    return () => clearInterval(timer)
  }, [asOfMs, everyMs])
  return nowMs
}
