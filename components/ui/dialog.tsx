'use client'
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { type ReactElement, type ReactNode, useRef } from 'react'
import { cn } from '../cn'

type DialogProps = {
  /** The button that opens it; leave out when `isOpen` steers it. */
  trigger?: ReactElement
  isOpen?: boolean
  onOpenChange?: (isOpen: boolean) => void
  /** Names the dialog. */
  title: ReactNode
  /** Small line above the title: who asks, until when. */
  over?: ReactNode
  /** Stands left of the title, e.g. a count. */
  lead?: ReactNode
  /** One or two lines below the title. */
  description?: ReactNode
  children?: ReactNode
  /** The row of buttons, right; `footerStart` is on the far left (reject). */
  footer?: ReactNode
  footerStart?: ReactNode
  /** Pixels; 540 by default. */
  widthPx?: number
}

// Base UI keeps an unseen input behind every checkbox, switch and select: that one is no place for the eye.
const fields = [
  'input:not([type=hidden], [aria-hidden=true])',
  'textarea',
  ...['combobox', 'checkbox', 'switch', 'radio'].map((role) => `[role=${role}]:not([aria-disabled=true])`),
].join(', ')

const firstField = (popup: HTMLElement | null) =>
  [...(popup?.querySelectorAll<HTMLElement>(fields) ?? [])].find((field) => field.tabIndex >= 0)

/** A question that stops the page: traps focus, starts on its first field, Escape closes and gives focus back. */
export function Dialog({
  trigger,
  isOpen,
  onOpenChange,
  title,
  over,
  lead,
  description,
  children,
  footer,
  footerStart,
  widthPx = 540,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger ? <BaseDialog.Trigger render={trigger} /> : null}
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-[160ms] data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport className="fixed inset-0 z-50 flex items-center justify-center overflow-y-auto p-4 max-wide:items-end max-wide:p-0">
          <BaseDialog.Popup
            ref={popup}
            initialFocus={() => firstField(popup.current) ?? popup.current}
            style={{ maxWidth: widthPx }}
            className={cn(
              'flex max-h-[calc(100dvh-2rem)] w-full flex-col rounded-dialog bg-raised text-text shadow-float outline-none transition-[opacity,transform] duration-[160ms] max-wide:max-h-[92dvh] max-wide:rounded-b-none',
              'data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0',
            )}
          >
            <header className="px-6 pt-6 pb-4 max-wide:px-4">
              {over ? <div className="pb-2 text-detail text-text-3">{over}</div> : null}
              <div className="flex items-center gap-4">
                {lead}
                <BaseDialog.Title className="font-key text-why">{title}</BaseDialog.Title>
              </div>
              {description ? (
                <BaseDialog.Description className="pt-1 text-body text-text-2">{description}</BaseDialog.Description>
              ) : null}
            </header>
            {children ? (
              <div className="min-h-0 flex-1 overflow-y-auto border-line border-t px-6 py-4 max-wide:px-4">
                {children}
              </div>
            ) : null}
            {footer || footerStart ? (
              <footer className="flex flex-wrap items-center gap-2 rounded-b-[inherit] border-line border-t bg-well px-6 py-3.5 max-wide:px-4">
                {footerStart}
                <span className="ml-auto flex flex-wrap items-start justify-end gap-2">{footer}</span>
              </footer>
            ) : null}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
