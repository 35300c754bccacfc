import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Rollouts' }]} />
      <PageBody>
        <Skeleton width="360px" height={24} />
        <SkeletonRows count={3} lines={2} columns={3} label="The rollout is loading" />
        <SkeletonRows count={8} lines={1} columns={5} label="Its devices are loading" />
      </PageBody>
    </>
  )
}
