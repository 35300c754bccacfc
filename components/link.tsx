'use client'

import NextLink from 'next/link'
import { type ComponentProps, useState } from 'react'

/**
 * A way to another page of ours. The page is fetched ahead when somebody points at it, not when it comes into view: a list of fifty
 * rows would else ask the server for fifty pages that nobody opens.
 */
export function Link({ onMouseEnter, onFocus, ...rest }: ComponentProps<typeof NextLink>) {
  const [isNear, setIsNear] = useState(false)
  return (
    <NextLink
      {...rest}
      prefetch={isNear ? null : false}
      onMouseEnter={(event) => {
        setIsNear(true)
        onMouseEnter?.(event)
      }}
      onFocus={(event) => {
        setIsNear(true)
        onFocus?.(event)
      }}
    />
  )
}
