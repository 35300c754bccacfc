import { renderToString } from 'react-dom/server'
import { Gallery } from './gallery'

/** The whole gallery as markup. */
export function renderGallery(): string {
  return renderToString(<Gallery />)
}
