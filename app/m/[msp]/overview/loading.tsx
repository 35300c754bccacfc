import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Overview' }]} />
      <PageBody>
        <Skeleton width="320px" height={32} />
        <SkeletonRows count={6} lines={2} columns={2} label="Loading what needs you" />
      </PageBody>
    </>
  )
}
