'use client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import type { Policy } from '@/server/policies/schema'
import { probeWords } from '@/server/policy-words/rules'
import { PolicySection } from './policy-section'
import { ProbeFields } from './probe-fields'
import type { Draft } from './use-draft'

export type ProbeRule = Policy['probes'][number]
const mostProbes = 50

const kinds: { label: string; probe: ProbeRule }[] = [
  { label: 'A process runs', probe: { kind: 'process', name: '', pidFile: '' } },
  { label: 'A port answers', probe: { kind: 'tcp', name: '', port: 80, timeoutMs: 2_000 } },
  {
    label: 'A page answers',
    probe: { kind: 'http', name: '', port: 80, path: '/', expectStatus: 200, timeoutMs: 2_000 },
  },
  { label: 'A file is there', probe: { kind: 'file', name: '', path: '' } },
]

/** What a device checks after each update set and while it soaks; typed, never a script. */
export function ProbesSection({ draft }: { draft: Draft }) {
  const [open, setOpen] = useState<number | null>(null)
  const { probes } = draft.policy
  const set = (next: ProbeRule[]) => draft.set('probes', next)
  return (
    <PolicySection
      draft={draft}
      title="Health probes"
      text="Asked after each update set and while it soaks. A probe that passed before and fails then takes the set back."
      sections={['probes']}
      shownPaths={open === null ? [] : [...draft.errors.keys()].filter((path) => path.startsWith(`probes.${open}.`))}
    >
      {probes.length === 0 ? (
        <p className="text-text-3">No probe: only the package manager’s own state counts.</p>
      ) : null}
      <ul className={probes.length > 0 ? 'border-line border-t' : undefined}>
        {probes.map((probe, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a probe is known by its place; its name is being typed
          <li key={index} className="border-line border-b py-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-key text-text">{probe.name || 'New probe'}</span>
              <span className="mono min-w-0 flex-1 basis-40 truncate text-text-3">{probeWords(probe)}</span>
              {draft.isReadOnly ? null : (
                <>
                  <Button
                    size="sm"
                    variant="ghost"
                    aria-expanded={open === index}
                    onClick={() => setOpen(open === index ? null : index)}
                  >
                    {open === index ? 'Close' : 'Change'}
                    <span className="sr-only"> probe {probe.name}</span>
                  </Button>
                  <Button
                    size="sm"
                    variant="danger-text"
                    onClick={() => {
                      setOpen(null)
                      set(probes.filter((_, place) => place !== index))
                    }}
                  >
                    Remove<span className="sr-only"> probe {probe.name}</span>
                  </Button>
                </>
              )}
            </div>
            {open === index ? (
              <ProbeFields
                draft={draft}
                index={index}
                probe={probe}
                onChange={(next) => set(probes.map((one, place) => (place === index ? next : one)))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {draft.isReadOnly || probes.length >= mostProbes ? null : (
        <div className="pt-3">
          <Menu
            align="start"
            trigger={
              <>
                <Plus size={14} aria-hidden />
                Add a probe
              </>
            }
            entries={kinds.map(({ label, probe }) => ({
              label,
              onSelect: () => {
                set([...probes, probe])
                setOpen(probes.length)
              },
            }))}
          />
        </div>
      )}
    </PolicySection>
  )
}
