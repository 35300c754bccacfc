import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { Advice } from './advice.mjs'
import { removeRecord, startTimeOf, writeRecord } from './run/process-identity.mjs'

const running = new Set()
let isInterrupted = false
let recordFolder

/** From now on running commands are recorded like parts, so that the next launcher can end what a killed one left. */
export function recordCommandsIn(folder) {
  recordFolder = folder
}

function remember(pid, command) {
  if (!recordFolder || !pid) return () => {}
  const [folder, name] = [recordFolder, `command-${pid}`]
  writeRecord(folder, name, { name, pid, startTime: startTimeOf(pid), since: new Date().toISOString(), command })
  return () => removeRecord(folder, name)
}

/** Ends every running command and refuses new ones: somebody pressed Ctrl-C. */
export function interruptCommands() {
  isInterrupted = true
  for (const stop of running) stop()
}

/**
 * Runs a command to its end and collects what it printed; never throws for an exit code.
 * Own session, so that Ctrl-C at the terminal does not reach it; ended as a group at `limitMs` or by interruptCommands().
 * @returns {Promise<{code: number | null, stdout: string, stderr: string, isTimedOut: boolean}>}
 */
export function runCommand(command, args, { limitMs, shouldPrint = false, input, ...options } = {}) {
  if (isInterrupted) return Promise.reject(new Advice('Interrupted.'))
  return new Promise((done, fail) => {
    const child = spawn(command, args, { detached: true, ...options, stdio: ['pipe', 'pipe', 'pipe'] })
    const forget = remember(child.pid, command)
    const output = { stdout: '', stderr: '' }
    let isTimedOut = false
    const end = (name) => {
      try {
        process.kill(-child.pid, name)
      } catch {
        // The group is gone already.
      }
    }
    let last
    const stop = () => {
      end('SIGTERM')
      last = setTimeout(() => end('SIGKILL'), 10_000)
    }
    const limit =
      limitMs &&
      setTimeout(() => {
        isTimedOut = true
        stop()
      }, limitMs)
    running.add(stop)
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8')
      child[name].on('data', (chunk) => {
        output[name] += chunk
        if (shouldPrint) process[name].write(chunk)
      })
    }
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    const finish = () => {
      clearTimeout(limit)
      clearTimeout(last)
      running.delete(stop)
      forget()
    }
    child.on('error', (error) => {
      finish()
      fail(error)
    })
    child.on('close', (code) => {
      finish()
      done({ code, ...output, isTimedOut })
    })
  })
}

/** True when a program of this name lies on the path. */
export async function isOnPath(command, path = process.env.PATH ?? '') {
  const isProgram = async (file) => {
    try {
      await access(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  }
  const found = await Promise.all(
    path
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => isProgram(join(folder, command))),
  )
  return found.includes(true)
}
