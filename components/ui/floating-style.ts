/** The ground of menus, lists and small panels that float above the page. */
export const floatingStyle =
  'rounded-panel bg-raised text-text shadow-float outline-none origin-(--transform-origin) transition-[opacity,transform] duration-[160ms] data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0'

/** One line of a menu or list. */
export const floatingItemStyle =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2.5 text-body text-text outline-none data-highlighted:bg-hover data-disabled:text-text-3 max-wide:min-h-11'
