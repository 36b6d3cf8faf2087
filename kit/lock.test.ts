import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { birthOf, takeLock } from './lock.mjs'

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open110-lock-'))
  path = join(folder, 'lock')
})

afterEach(() => rmSync(folder, { recursive: true }))

const take = async (): Promise<{ release: () => void }> => {
  const lock = await takeLock(path)
  if ('heldBy' in lock) throw new Error(`held by ${lock.heldBy}`)
  return lock
}

test('one holder at a time, and the next after it', async () => {
  const lock = await take()
  expect(await takeLock(path)).toEqual({ heldBy: process.pid })
  lock.release()
  expect(existsSync(path)).toBe(false)
  ;(await take()).release()
})

test('whoever waits is told for whom, once, and takes it when it is free', async () => {
  const lock = await take()
  const told: number[] = []
  const next = takeLock(path, { waitSeconds: 10, onWait: (pid) => (told.push(pid), lock.release()) })
  expect(await next).toHaveProperty('release')
  expect(told).toEqual([process.pid])
})

test('a dead holder holds nothing, not even when its number lives on in another process', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await take()
  const mine = readFileSync(path, 'utf8')
  const [pid, place, birth] = mine.trim().split(' ')
  for (const text of [`${child.pid} ${place} ${birth}\n`, `${pid} ${place} 1\n`]) {
    writeFileSync(path, text)
    const lock = await take()
    expect(readFileSync(path, 'utf8')).toBe(mine)
    lock.release()
  }
})

test('of a holder in another container, only the age of its lock tells whether it lives', async () => {
  writeFileSync(path, '1 elsewhere 1\n')
  const old = new Date(Date.now() - 20_000)
  utimesSync(path, old, old)
  ;(await take()).release()
})

test('a lock that was cut off while it was written does not last', async () => {
  writeFileSync(path, '')
  const old = new Date(Date.now() - 20_000)
  utimesSync(path, old, old)
  ;(await take()).release()
})

test('releasing what has been taken over by another leaves it alone', async () => {
  const lock = await take()
  writeFileSync(path, 'somebody else')
  lock.release()
  expect(readFileSync(path, 'utf8')).toBe('somebody else')
})

test.runIf(process.platform === 'linux')('a zombie is dead', async () => {
  // A shell that is replaced by a program which never buries its child.
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'])
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  await expect.poll(() => birthOf(Number(said))).toBeUndefined()
  expect(birthOf(child.pid!)).toBeDefined()
  child.kill()
})

test('of many that start at once exactly one holds it', async () => {
  writeFileSync(path, '999999999 elsewhere 1\n')
  const old = new Date(Date.now() - 20_000)
  utimesSync(path, old, old)
  const all = await Promise.all(Array.from({ length: 20 }, () => takeLock(path)))
  expect(all.filter((lock) => 'release' in lock)).toHaveLength(1)
})
