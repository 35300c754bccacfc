import type { ToastContent } from '@/components/ui/toast'

/** That a mail is on its way; with the local sink also the way to it, for nobody gets it otherwise. */
export function sentToast(title: string, mailSinkUrl: string | null): ToastContent {
  if (!mailSinkUrl) return { title }
  return {
    title,
    detail: 'Mail stays on this machine here.',
    undo: { label: 'Open the mail', onUndo: () => window.open(mailSinkUrl, '_blank', 'noopener') },
  }
}
