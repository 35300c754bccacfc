import { Box, Building2, ChevronsUpDown, Layers, LayoutDashboard, Monitor } from 'lucide-react'
import { AppShell, PageBody, TopBar, WhoAmI } from '@/components/app-shell'
import { Status } from '@/components/status-mark'
import { ThemeToggle } from '@/components/theme-toggle'
import { Menu } from '@/components/ui/menu'
import { SearchField } from '@/components/ui/search-field'
import { ToastProvider } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'
import { ControlParts } from './control-parts'
import { MarkParts } from './mark-parts'
import { PageParts } from './page-parts'
import { TableParts } from './table-parts'

function ScopeTrigger() {
  return (
    <>
      <Layers size={15} aria-hidden />
      <span className="flex-1 text-left">All clients</span>
      <span className="font-normal text-text-3">61</span>
      <ChevronsUpDown size={14} aria-hidden />
    </>
  )
}

/** All parts, inside the shell that is itself one of them. */
export function Gallery() {
  return (
    <TooltipProvider>
      <ToastProvider>
        <AppShell
          productName="Patchward"
          homeHref="#"
          scopeSwitch={
            <Menu
              trigger={<ScopeTrigger />}
              entries={[{ label: 'All clients', href: '#' }, 'line', { label: 'Brightwater Accountants', href: '#' }]}
              triggerClassName="w-full px-2"
            />
          }
          navigation={[
            [
              {
                label: 'Overview',
                href: '#a',
                icon: <LayoutDashboard size={15} aria-hidden />,
                count: '7',
                isUrgent: true,
                isCurrent: true,
              },
              { label: 'Clients', href: '#b', icon: <Building2 size={15} aria-hidden />, count: '61' },
              { label: 'Devices', href: '#c', icon: <Monitor size={15} aria-hidden />, count: '4,812' },
            ],
            [{ label: 'Patches', href: '#d', icon: <Box size={15} aria-hidden /> }],
          ]}
          footer={
            <div className="flex flex-col gap-3">
              <Status state="installed" size={13} word={<span className="text-detail">Feeds and devices live</span>} />
              <div className="flex items-center justify-between">
                <WhoAmI initials="NF" name="Northfold IT" detail="Technician, all clients" />
                <ThemeToggle theme="system" />
              </div>
            </div>
          }
        >
          <TopBar
            crumbs={[
              { label: 'Rollouts', href: '#' },
              { label: 'Brightwater Accountants', href: '#' },
              { label: 'Parts' },
            ]}
            search={<SearchField label="Find a device, patch or client" keyHint="⌘K" />}
          />
          <PageBody>
            <PageParts />
            <MarkParts />
            <ControlParts />
            <TableParts />
          </PageBody>
        </AppShell>
      </ToastProvider>
    </TooltipProvider>
  )
}
