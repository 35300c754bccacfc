import { describe, expect, test } from 'vitest'
import { sha256 } from './archive-files.ts'
import { controlParagraph, writeDeb } from './deb.ts'
import { findPackage, listPackages } from './packages.ts'
import { writeTar } from './tar.ts'

describe('deb', () => {
  test('the same source gives the same bytes', () => {
    for (const ref of listPackages()) {
      expect(sha256(writeDeb(findPackage(ref).source))).toBe(sha256(writeDeb(findPackage(ref).source)))
    }
  })

  test('each version of each package has bytes of its own', () => {
    const hashes = listPackages().map((ref) => sha256(writeDeb(findPackage(ref).source)))
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  // The bytes of a package are named in signed orders: a change here must be wanted.
  test('the bytes of lab-svc 2.0 do not depend on host, time or Node version', () => {
    const deb = writeDeb(findPackage({ name: 'lab-svc', version: '2.0' }).source)
    expect(sha256(deb)).toMatchInlineSnapshot(`"ba4f7c4e50d75aaadc8e6d79d080472002ba954e15879ce6c0939bb10743e13b"`)
  })

  test('the members of the archive stand in the order dpkg wants', () => {
    const text = writeDeb(findPackage({ name: 'lab-lib', version: '1.0' }).source).toString('latin1')
    const members = [...text.matchAll(/(debian-binary|control\.tar|data\.tar) +0 /g)].map((match) => match[1])
    expect(members).toEqual(['debian-binary', 'control.tar', 'data.tar'])
  })

  test('the pair needs exactly each other and shares its source', () => {
    const paragraph = controlParagraph(findPackage({ name: 'lab-ext', version: '2.0' }).source)
    expect(paragraph).toContain('Source: lab-base\n')
    expect(paragraph).toContain('Depends: lab-base (= 2.0)\n')
    expect(controlParagraph(findPackage({ name: 'lab-base', version: '2.0' }).source)).toContain(
      'Depends: lab-ext (= 2.0)\n',
    )
  })

  test.each([
    { name: 'lab-svc', version: '9.0' },
    { name: 'toString', version: '1.0' },
  ])('$name $version is refused by name', (ref) => {
    expect(() => findPackage(ref)).toThrow(`the lab has no package ${ref.name} ${ref.version}`)
  })
})

describe('tar', () => {
  test('each entry is padded to whole blocks and its checksum covers the header', () => {
    const tar = writeTar([{ path: './a', mode: 0o644, content: Buffer.from('x'.repeat(513)) }])
    expect(tar.length).toBe(512 + 1024 + 1024)
    const header = Buffer.from(tar.subarray(0, 512))
    const written = Number.parseInt(header.toString('latin1', 148, 154), 8)
    header.fill(' ', 148, 156)
    expect(written).toBe(header.reduce((total, byte) => total + byte, 0))
  })

  test('a path that does not fit is refused', () => {
    expect(() => writeTar([{ path: `./${'a'.repeat(99)}`, mode: 0o644 }])).toThrow('tar path too long')
  })
})
