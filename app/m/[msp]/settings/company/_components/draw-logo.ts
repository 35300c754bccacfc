import { logoPixels, mostLogoBytes } from '@/server/reports/rules'

/** A picture that was chosen, as the PNG that goes to the server. */
export interface DrawnLogo {
  /** "data:image/png;base64,…", for a preview. */
  url: string
  base64: string
}

/**
 * Any picture that this browser can show (PNG, JPEG, WebP, SVG), drawn anew as a PNG that fits the box of a logo. Whatever else the file carried
 * stays behind. Throws a sentence for what is no picture.
 */
export async function drawLogo(file: Blob): Promise<DrawnLogo> {
  const picture = await loadPicture(await readUrl(file))
  // An SVG without a size has none of its own.
  const [width, height] = [picture.naturalWidth || logoPixels.width, picture.naturalHeight || logoPixels.height]
  let scale = Math.min(1, logoPixels.width / width, logoPixels.height / height)
  for (; scale * Math.max(width, height) >= 16; scale *= 0.7) {
    const url = drawn(picture, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
    const base64 = url.slice(url.indexOf(',') + 1)
    if ((base64.length * 3) / 4 <= mostLogoBytes) return { url, base64 }
  }
  throw new Error('This picture cannot be made small enough for a logo.')
}

function drawn(picture: HTMLImageElement, width: number, height: number): string {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  return canvas.toDataURL('image/png')
}

function readUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error('This file cannot be read.'))
    reader.readAsDataURL(file)
  })
}

function loadPicture(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const picture = new Image()
    picture.onload = () => resolve(picture)
    picture.onerror = () => reject(new Error('This file is no picture that can be shown.'))
    picture.src = url
  })
}
