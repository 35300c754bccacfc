'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { Link } from '@/components/link'
import { PageHeader } from '@/components/page-header'
import { settingsCan } from '@/server/msps/rules'
import { paths } from '@/server/paths'
import { ChangesSection } from './changes-section'
import { DirectoriesSection } from './directories-section'
import { LimitsSection } from './limits-section'
import { LogoSection } from './logo-section'
import { ManagersSection } from './managers-section'
import { ReportsSection } from './reports-section'

/** What holds for the whole company: how far one person's yes reaches, whether anything changes at all, and whose directories let people in. */
export function CompanyView() {
  const trpc = useTrpc()
  const { slug } = useMsp()
  const { data: settings } = useSuspenseQuery(trpc.settings.get.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { permissions, hasAllClients } = session
  const verdict = settingsCan.save({ permissions: new Set(permissions), hasAllClients })
  const reason = verdict.can ? null : verdict.reason
  const ownerVerdict = settingsCan.setManagerFactors({ permissions: new Set(permissions), hasAllClients })
  return (
    <>
      <PageHeader
        title={settings.name}
        lead="What holds for every client of the company."
        meta={
          <Link href={paths.personalData(slug)} className="link reach">
            Which personal data is held
          </Link>
        }
      />
      <LimitsSection
        // Somebody else may have set them meanwhile.
        key={`${settings.secondPersonDevices} ${settings.devicesPerHour}`}
        limits={settings}
        reason={reason}
      />
      <ReportsSection
        key={`${settings.reports.sendAfterDays} ${settings.reports.accent}`}
        reports={settings.reports}
        reason={reason}
      />
      <LogoSection company={settings.name} logoHash={settings.reports.logoHash} reason={reason} />
      <ChangesSection />
      <ManagersSection
        managersNeedFactor={settings.managersNeedFactor}
        reason={ownerVerdict.can ? null : ownerVerdict.reason}
      />
      <DirectoriesSection
        directories={settings.directories}
        reason={reason}
        now={settings.asOf}
        timeZone={session.timeZone}
      />
    </>
  )
}
