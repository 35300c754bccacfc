import { redirect } from 'next/navigation'
import { paths } from '@/server/paths'

/** An MSP's console begins with what needs somebody. */
export default async function MspPage({ params }: PageProps<'/m/[msp]'>): Promise<never> {
  redirect(paths.overview((await params).msp))
}
