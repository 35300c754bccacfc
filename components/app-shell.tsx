import type { ReactNode } from 'react'
import { Breadcrumbs, type Crumb } from './breadcrumbs'
import { cn } from './cn'
import { Logo } from './logo'
import { NarrowMenu } from './narrow-menu'
import { type NavItem, NavList } from './nav-list'
import { SearchSlot } from './search-slot'

type AppShellProps = {
  productName: string
  /** Where the sign of the product leads. */
  homeHref: string
  /** The choice between all and one, above the list. */
  scopeSwitch?: ReactNode
  navigation: readonly (readonly NavItem[])[]
  /** Bottom of the sidebar: the state of the system, who is signed in. */
  footer?: ReactNode
  /** What concerns every page now, above it. */
  banner?: ReactNode
  children: ReactNode
}

/** The frame of every screen: sidebar 208, skip link. Each page brings its own TopBar and PageBody. */
export function AppShell({ productName, homeHref, scopeSwitch, navigation, footer, banner, children }: AppShellProps) {
  return (
    <div className="group/shell min-h-dvh wide:grid wide:grid-cols-[208px_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <aside
        aria-label="Sidebar"
        className="sticky top-0 flex h-dvh flex-col gap-3 overflow-y-auto border-line border-r bg-side px-2.5 py-3 max-wide:hidden print:hidden"
      >
        <a
          href={homeHref}
          className="flex h-8 items-center gap-2 self-start rounded-control px-2 font-section text-section"
        >
          <Logo />
          {productName}
        </a>
        {scopeSwitch}
        <NavList groups={navigation} />
        {footer ? <div className="mt-auto border-line border-t pt-3">{footer}</div> : null}
      </aside>
      <div className="relative min-w-0">
        <section
          aria-label="Menu bar"
          className="flex h-14 items-center justify-between border-line border-b px-2 wide:hidden print:hidden"
        >
          <a
            href={homeHref}
            aria-label={productName}
            // Below another page the way back stands here.
            className="flex size-11 items-center justify-center rounded-control group-has-[[data-back]]/shell:invisible"
          >
            <Logo size={24} />
          </a>
          <NarrowMenu>
            {scopeSwitch}
            <NavList groups={navigation} />
            {footer ? <div className="mt-auto border-line border-t pt-3">{footer}</div> : null}
          </NarrowMenu>
        </section>
        {banner}
        {children}
      </div>
    </div>
  )
}

type TopBarProps = {
  crumbs: readonly Crumb[]
  /** In place of the console's own search. */
  search?: ReactNode
}

/** 48 px above the page: where one is, and the search. Below 900 px it stands in the bar between sign and menu. */
export function TopBar({ crumbs, search = <SearchSlot place="wide" /> }: TopBarProps) {
  return (
    <header className="flex h-12 items-center justify-between gap-6 border-line border-b px-8 max-wide:absolute max-wide:inset-x-14 max-wide:has-[[data-back]]:left-2 max-wide:top-0 max-wide:h-[55px] max-wide:gap-1 max-wide:border-none max-wide:px-0 print:hidden">
      <Breadcrumbs crumbs={crumbs} />
      <div className="w-[270px] shrink-0 max-wide:hidden">{search}</div>
      <div className="wide:hidden">
        <SearchSlot place="narrow" />
      </div>
    </header>
  )
}

/** The page itself, up to 1360 and then centred; sections stand 32 apart. The target of the skip link. */
export function PageBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className={cn(
        'mx-auto flex max-w-[1360px] flex-col gap-8 px-8 pt-6 pb-16 outline-none max-wide:gap-7 max-wide:px-4 max-wide:pt-4',
        className,
      )}
    >
      {children}
    </main>
  )
}

const asideWidths = {
  300: 'min-[1100px]:grid-cols-[minmax(0,1fr)_300px]',
  404: 'min-[1100px]:grid-cols-[minmax(0,1fr)_404px]',
}

type TwoColumnsProps = { children: ReactNode; aside: ReactNode; asideWidthPx?: keyof typeof asideWidths }

/** Main column and right column with 40 between; below 1100 px the right one comes after the main one. */
export function TwoColumns({ children, aside, asideWidthPx = 300 }: TwoColumnsProps) {
  return (
    <div className={cn('grid gap-x-10 gap-y-8', asideWidths[asideWidthPx])}>
      <div className="flex min-w-0 flex-col gap-8">{children}</div>
      <aside className="flex min-w-0 flex-col gap-8">{aside}</aside>
    </div>
  )
}

/** Bottom of the sidebar: who is signed in. */
export function WhoAmI({ initials, name, detail }: { initials: string; name: string; detail: string }) {
  return (
    <div className="flex items-center gap-2.5 px-1.5 text-detail">
      <span
        aria-hidden
        className="flex size-[22px] items-center justify-center rounded-full bg-press font-key text-[10px] text-text-2"
      >
        {initials}
      </span>
      <span className="min-w-0">
        <span className="block truncate text-text">{name}</span>
        <span className="block truncate text-text-3">{detail}</span>
      </span>
    </div>
  )
}
