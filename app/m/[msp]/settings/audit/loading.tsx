import { PageBody, TopBar } from '@/components/app-shell'
import { PageHeader } from '@/components/page-header'
import { SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'Audit log' }]} />
      <PageBody>
        <PageHeader title="Audit log" />
        <SkeletonRows count={12} lines={2} columns={5} label="Loading the audit log" />
      </PageBody>
    </>
  )
}
