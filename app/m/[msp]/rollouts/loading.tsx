import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Rollouts' }]} />
      <PageBody>
        <Skeleton width="220px" height={24} />
        <SkeletonRows count={8} lines={2} columns={5} label="Rollouts are loading" />
      </PageBody>
    </>
  )
}
