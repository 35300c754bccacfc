'use client'
import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import type { MarkState } from '../mark-state'
import { StatusMark } from '../status-mark'

const shownMs = 6000

export type ToastContent = {
  /** The result in the past tense: "Paused. Nothing more is handed out." */
  title: string
  /** What still runs, or what is still true. */
  detail?: string
  /** A failure stays until closed. */
  isFailure?: boolean
  mark?: MarkState
  /** The one way back. */
  undo?: { label: string; onUndo: () => void }
}

type ToastData = { mark: MarkState }

/** Returns `showToast(content)`. Call it below a ToastProvider. */
export function useToast(): (content: ToastContent) => void {
  const manager = Toast.useToastManager<ToastData>()
  return ({ title, detail, isFailure = false, mark, undo }) => {
    const id = manager.add({
      title,
      description: detail,
      timeout: isFailure ? 0 : shownMs,
      data: { mark: mark ?? (isFailure ? 'failed' : 'installed') },
      actionProps: undo
        ? {
            children: undo.label,
            onClick: () => {
              undo.onUndo()
              manager.close(id)
            },
          }
        : undefined,
    })
  }
}

/** Holds the toasts of everything inside it, bottom right, 360 wide. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={shownMs} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 left-4 z-50 flex flex-col gap-2 min-[392px]:left-auto min-[392px]:w-[360px] wide:right-6 wide:bottom-6">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager<ToastData>()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={toastStyle}>
      <Toast.Content className="flex items-start gap-3 px-4 py-3">
        <StatusMark state={toast.data?.mark ?? 'installed'} className="mt-0.5" />
        <span className="min-w-0 flex-1">
          <Toast.Title className="block font-key text-body" render={<span />} />
          <Toast.Description className="block text-detail text-text-3" render={<span />} />
        </span>
        <Toast.Action className="link min-h-6 text-body" />
        <Toast.Close
          aria-label="Close"
          className="-mr-1.5 flex size-6 items-center justify-center rounded-control text-text-3 hover:bg-hover"
        >
          <X size={14} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}

const toastStyle = cn(
  'rounded-panel border border-line-strong bg-raised text-text shadow-float transition-[opacity,transform] duration-[160ms]',
  'data-limited:hidden data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
)
