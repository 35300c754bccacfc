import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

// Without this list the merger takes `text-detail` for a colour and drops it beside `text-text-2`.
const merge = extendTailwindMerge({
  extend: {
    theme: {
      text: ['axis', 'detail', 'body', 'lead', 'section', 'why', 'countdown', 'title', 'count', 'big-count', 'report'],
      'font-weight': ['normal', 'head', 'medium', 'key', 'semibold', 'section'],
      radius: ['bar', 'tag', 'control', 'panel', 'dialog'],
      shadow: ['float'],
    },
  },
})

/** Joins class names; of two that set the same property the last wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes))
}
