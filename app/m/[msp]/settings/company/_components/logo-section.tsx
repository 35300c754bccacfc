import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, useRef, useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { MspLogo } from '@/components/msp-logo'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { paths } from '@/server/paths'
import { type DrawnLogo, drawLogo } from './draw-logo'

type LogoSectionProps = {
  company: string
  logoHash: string | null
  /** Why this person may not set it. */
  reason: string | null
}

/** The picture that stands on reports and over the portal: chosen, looked at, saved or taken away. */
export function LogoSection({ company, logoHash, reason }: LogoSectionProps) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const picker = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<DrawnLogo | null>(null)
  const [fault, setFault] = useState<string>()
  const save = useMutation(
    trpc.settings.saveLogo.mutationOptions({
      async onSuccess(_, { png }) {
        setChosen(null)
        showToast({
          title: png ? 'Logo saved' : 'Logo removed',
          detail: 'Files that are made already stay as they are.',
        })
        await queryClient.invalidateQueries(trpc.settings.get.queryFilter())
      },
    }),
  )
  const src = chosen?.url ?? (logoHash ? paths.logo(slug, logoHash) : null)
  async function choose({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? []
    setFault(undefined)
    // The same file can be chosen again.
    target.value = ''
    if (!file) return
    await drawLogo(file).then(setChosen, (error: Error) => setFault(error.message))
  }
  return (
    <section aria-labelledby="logo-head">
      <SectionHead id="logo-head" title="Logo" />
      <div className="flex max-w-[620px] flex-col items-start gap-4 pt-4">
        <p className="text-body text-text-2">
          Stands on the monthly reports and over the portal. Any picture; one with a see-through ground, three times as
          wide as high, looks best.
        </p>
        {src ? (
          <div className="flex h-24 w-full max-w-[300px] items-center justify-center rounded-panel border border-line bg-canvas">
            <MspLogo src={src} alt={`Logo of ${company}`} />
          </div>
        ) : null}
        <input
          ref={picker}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/svg+xml"
          aria-label="Picture of the logo"
          tabIndex={-1}
          className="sr-only"
          onChange={choose}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button disabledReason={reason} reasonPlacement="beside" onClick={() => picker.current?.click()}>
            {src ? 'Choose another…' : 'Choose a picture…'}
          </Button>
          {chosen ? (
            <>
              <Button variant="primary" isPending={save.isPending} onClick={() => save.mutate({ png: chosen.base64 })}>
                Save logo
              </Button>
              <Button variant="ghost" onClick={() => setChosen(null)}>
                Not this one
              </Button>
            </>
          ) : null}
          {logoHash && !chosen && reason === null ? (
            <Button variant="ghost" isPending={save.isPending} onClick={() => save.mutate({ png: null })}>
              Remove logo
            </Button>
          ) : null}
        </div>
        {(fault ?? save.error?.message) ? (
          <p role="alert" className="text-detail text-fail">
            {fault ?? `Not saved: ${save.error?.message}`}
          </p>
        ) : null}
      </div>
    </section>
  )
}
