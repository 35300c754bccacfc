/** The edge, ground and error look that every text control shares. */
export const inputStyle =
  'w-full rounded-control border border-control bg-canvas px-2.5 text-body text-text transition-colors read-only:bg-well data-disabled:border-line data-disabled:border-dashed data-disabled:bg-well data-disabled:text-text-3 data-invalid:border-fail-fill aria-invalid:border-fail-fill max-wide:text-[1rem]'
