'use client'
import { Tabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import { tabListStyle, tabStyle } from './tabs'

export type TabPanel = { value: string; label: ReactNode; count?: string; content: ReactNode }

/** Tabs that switch what stands below them without leaving the page. */
export function TabPanels({
  panels,
  label,
  startValue,
  className,
}: {
  panels: readonly TabPanel[]
  label: string
  startValue?: string
  className?: string
}) {
  return (
    <Tabs.Root defaultValue={startValue ?? panels[0]?.value} className={className}>
      <Tabs.List aria-label={label} className={tabListStyle}>
        {panels.map((panel) => (
          <Tabs.Tab key={panel.value} value={panel.value} className={(state) => tabStyle(state.active)}>
            {panel.label}
            {panel.count ? <span className="font-normal text-text-3">{panel.count}</span> : null}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {panels.map((panel) => (
        <Tabs.Panel key={panel.value} value={panel.value} className={cn('pt-4 outline-offset-4')}>
          {panel.content}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}
