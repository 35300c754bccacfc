import { StatusMark } from '@/components/status-mark'

/** What went wrong with a form, below its fields. */
export function FormError({ children }: { children: string | null }) {
  return (
    <p role="alert" className="flex items-start gap-1.5 text-body text-fail empty:hidden">
      {children ? (
        <>
          <StatusMark state="failed" size={14} className="mt-[3px]" />
          <span>{children}</span>
        </>
      ) : null}
    </p>
  )
}
