import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'People' }]} />
      <PageBody>
        <Skeleton width="180px" height={32} />
        <SkeletonRows count={6} lines={2} columns={5} label="Loading people" />
      </PageBody>
    </>
  )
}
