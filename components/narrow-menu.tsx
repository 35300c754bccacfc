'use client'
import { Dialog } from '@base-ui/react/dialog'
import { Menu as MenuIcon, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { buttonStyle } from './ui/button-style'

/** Below 900 px the sidebar becomes this menu; it closes when a link in it is followed. */
export function NarrowMenu({ children }: { children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger aria-label="Menu" className={buttonStyle({ variant: 'ghost', size: 'touch', isIconOnly: true })}>
        <MenuIcon size={20} aria-hidden />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-[160ms] data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          className="fixed inset-y-0 right-0 z-50 flex w-80 max-w-[88vw] flex-col gap-4 overflow-y-auto bg-side p-3 shadow-float outline-none transition-[opacity,transform] duration-[160ms] data-ending-style:translate-x-4 data-ending-style:opacity-0 data-starting-style:translate-x-4 data-starting-style:opacity-0"
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest('a')) setIsOpen(false)
          }}
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="pl-2 font-section text-section">Menu</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className={buttonStyle({ variant: 'ghost', size: 'touch', isIconOnly: true })}
            >
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
