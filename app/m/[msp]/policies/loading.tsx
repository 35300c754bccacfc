import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Policies' }]} />
      <PageBody>
        <Skeleton width="320px" height={32} />
        <SkeletonRows count={6} columns={5} label="Loading policies" />
      </PageBody>
    </>
  )
}
