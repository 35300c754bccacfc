import { PageBody, TopBar } from '@/components/app-shell'
import { PageHeader } from '@/components/page-header'
import { SkeletonRows } from '@/components/ui/skeleton'

export default function ApiKeysLoading() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'API keys' }]} />
      <PageBody>
        <PageHeader title="API keys" />
        <SkeletonRows count={6} lines={2} columns={5} label="Loading the API keys" />
      </PageBody>
    </>
  )
}
