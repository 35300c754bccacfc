import type { ReactNode } from 'react'
import { Logo } from '@/components/logo'
import { RingsDrawing } from './_components/rings-drawing'

/** Sign-in: the form on the left, what the product does on the right, on dark ground in both themes. */
export default function SignInLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh wide:grid-cols-[57%_43%]">
      <div className="flex min-h-dvh flex-col bg-canvas px-6 wide:px-10 py-8">
        <header className="flex items-center gap-2 font-semibold text-lead">
          <Logo size={22} />
          Patchward
        </header>
        <main className="m-auto w-full max-w-[420px] py-12">{children}</main>
      </div>
      <aside className="hidden wide:flex flex-col justify-between bg-(--panel) py-24 text-[light-dark(var(--canvas),var(--text))] [--panel:light-dark(var(--text),var(--well))]">
        <RingsDrawing />
        <p className="max-w-[30rem] px-14 font-head text-countdown leading-8">
          Ring by ring. A patch goes on when the devices before it are still well, and comes back when they are not.
        </p>
      </aside>
    </div>
  )
}
