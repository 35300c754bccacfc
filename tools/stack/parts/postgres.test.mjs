import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { databaseUrl, firstSql, isPostmasterPidStale } from './postgres.mjs'

let data

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'patchward-data-'))
})
afterEach(() => rmSync(data, { recursive: true }))

const writePid = (pid) =>
  writeFileSync(join(data, 'postmaster.pid'), `${pid}\n${data}\n0\n5499\n\n127.0.0.1\n0 0\nready   \n`)

describe('a left postmaster.pid', () => {
  test('is stale when nobody has its number', () => {
    // Above the kernel's highest process number.
    writePid(4_999_999)
    expect(isPostmasterPidStale(data)).toBe(true)
  })

  test('is stale when another program got its number', () => {
    writePid(process.pid)
    expect(isPostmasterPidStale(data, () => 'vim\0notes')).toBe(true)
  })

  test('is not touched while a server of this folder lives, or when one cannot tell, or there is none', () => {
    expect(isPostmasterPidStale(data)).toBe(false)
    writePid(process.pid)
    expect(isPostmasterPidStale(data, () => `postgres\0-D\0${data}`)).toBe(false)
    expect(isPostmasterPidStale(data, () => undefined)).toBe(false)
  })
})

test('the owner is no superuser and its password is quoted', () => {
  const sql = firstSql({ owner: "a'b" }, ['patchward'])
  expect(sql).toContain("nosuperuser nobypassrls password 'a''b'")
  expect(sql).toContain('create database patchward owner patchward_owner')
})

test('a password cannot break out of its address', () => {
  expect(new URL(databaseUrl(1, 'r', 'p@h/x:?#')).hostname).toBe('127.0.0.1')
})
