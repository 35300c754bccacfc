import { PageBody, TopBar } from '@/components/app-shell'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Clients' }]} />
      <PageBody>
        <Skeleton width="180px" height={32} />
        <SkeletonRows count={8} columns={5} label="Loading clients" />
      </PageBody>
    </>
  )
}
