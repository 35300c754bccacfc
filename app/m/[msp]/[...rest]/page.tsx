import { notFound } from 'next/navigation'

/** An address that nothing stands at, inside the frame of its MSP. */
export default function UnknownPage(): never {
  notFound()
}
