import type { Metadata } from 'next'
import { load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { HeldList } from './_components/held-list'

export const metadata: Metadata = { title: 'Personal data' }

/** What this installation holds of people; the same for every MSP, for whoever may open its settings. */
export default async function PersonalDataPage({ params }: PageProps<'/m/[msp]/settings/personal-data'>) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).settings.get.queryOptions()))
  return (
    <>
      <TopBar
        crumbs={[{ label: 'Settings' }, { label: 'Company', href: paths.company(msp) }, { label: 'Personal data' }]}
      />
      <PageBody>
        <HeldList />
      </PageBody>
    </>
  )
}
