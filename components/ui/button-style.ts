import { cva } from 'class-variance-authority'

/** The classes of a button, shared by buttons, links that look like one, and menu triggers. */
export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium text-body leading-none transition-colors',
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-hover active:bg-accent-hover',
        secondary: 'border-line-strong bg-canvas text-text hover:bg-hover active:bg-press data-popup-open:bg-press',
        'danger-outline': 'border-fail/60 bg-canvas text-fail hover:bg-fail-soft active:bg-fail-soft',
        'danger-text': 'border-transparent text-fail hover:bg-fail-soft active:bg-fail-soft',
        destructive: 'border-transparent bg-fail-fill text-canvas hover:bg-fail-fill/90 active:bg-fail-fill/90',
        ghost: 'border-transparent text-text-2 hover:bg-hover active:bg-press data-popup-open:bg-press',
      },
      size: {
        md: 'h-[30px] px-3 max-wide:h-11 max-wide:px-4 max-[360px]:px-2.5',
        sm: 'h-[26px] px-2.5 text-detail max-wide:h-11 max-wide:px-3.5 max-wide:text-body',
        touch: 'h-11 px-4',
      },
      isIconOnly: { true: '', false: '' },
      isDisabled: { true: 'border-dashed border-line bg-well text-text-3 hover:bg-well active:bg-well', false: '' },
      isPending: { true: 'opacity-75', false: '' },
    },
    compoundVariants: [
      { size: 'md', isIconOnly: true, class: 'w-[30px] px-0 max-wide:w-11 max-wide:px-0' },
      { size: 'sm', isIconOnly: true, class: 'w-[26px] px-0 max-wide:w-11 max-wide:px-0' },
      { size: 'touch', isIconOnly: true, class: 'w-11 px-0' },
    ],
    defaultVariants: { variant: 'secondary', size: 'md', isIconOnly: false, isDisabled: false, isPending: false },
  },
)

export type ButtonVariant = 'primary' | 'secondary' | 'danger-outline' | 'danger-text' | 'destructive' | 'ghost'
export type ButtonSize = 'md' | 'sm' | 'touch'
