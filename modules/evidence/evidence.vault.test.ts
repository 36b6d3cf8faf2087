import { appendFile, mkdtemp, open, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isRefusal } from '@open110/kit/refuse'
import { openFingerprints } from './evidence.fingerprints.server.ts'
import { startDigests } from './evidence.hash.ts'
import { openDiskVault, refuseWhenFull } from './evidence.vault.ts'
import { vaultContract } from './evidence.vault.contract.ts'

const rooms: string[] = []
afterEach(() => Promise.all(rooms.splice(0).map((room) => rm(room, { recursive: true, force: true }))))

const noon = () => new Date('2026-11-21T12:00:00Z')
const id = 'ev_01jd00000000000000000000zz'

async function openRoom(keepFreeBytes = 0, under = tmpdir()) {
  const room = await mkdtemp(join(under, 'evidence-vault-'))
  rooms.push(room)
  let files = 0
  const file = async (bytes: Uint8Array) => {
    const path = join(room, `upload-${files++}`)
    await writeFile(path, bytes)
    return path
  }
  const root = join(room, 'vault')
  return { root, file, store: await openDiskVault({ root, now: noon, keepFreeBytes }) }
}

for (const clause of vaultContract) {
  test(`${clause.title} (disk)`, async () => clause.holds(await openRoom()))
}

test('[EV6] a sealed original is read-only on the disk, and the upload has left its old place', async () => {
  const { root, file, store } = await openRoom()
  const path = await file(new Uint8Array([1, 2, 3]))
  await store.put({ id, copy: 'original' }, path)
  const sealed = join(root, 'evidence', 'zz', id, 'original')
  expect((await stat(sealed)).mode & 0o777).toBe(0o400)
  expect((await stat(sealed)).nlink).toBe(1)
  expect(existsSync(path)).toBe(false)
})

test('[EV6] an upload that is refused stays where it was', async () => {
  const { file, store } = await openRoom()
  await store.put({ id, copy: 'original' }, await file(new Uint8Array([1])))
  const second = await file(new Uint8Array([2]))
  expect(isRefusal(await store.put({ id, copy: 'original' }, second))).toBe(true)
  expect(existsSync(second)).toBe(true)
})

test('[EV8] no room is said before an upload begins', async () => {
  const { root } = await openRoom()
  expect(await refuseWhenFull(root, 1, 0)).toBeUndefined()
  const refusal = await refuseWhenFull(root, 1, Number.MAX_SAFE_INTEGER)
  expect(refusal).toMatchObject({ refused: 'attachment.disk-unavailable', facts: { why: 'full' } })
})

const shm = '/dev/shm'
const otherDisk = existsSync(shm)
  ? await stat(shm).then(async (a) => a.dev !== (await stat(tmpdir())).dev)
  : false
test.skipIf(!otherDisk)(
  '[EV8] from another disk: copied, sealed once, refused by name when full',
  async () => {
    const { store, root } = await openRoom()
    const elsewhere = await mkdtemp(join(shm, 'evidence-'))
    rooms.push(elsewhere)
    const upload = async (name: string) => {
      await writeFile(join(elsewhere, name), name)
      return join(elsewhere, name)
    }
    expect(await store.put({ id, copy: 'original' }, await upload('a'))).toMatchObject({ bytes: 1 })
    expect(await store.put({ id, copy: 'original' }, await upload('b'))).toMatchObject({
      refused: 'attachment.already-sealed',
    })
    expect(await readdir(join(root, '.incoming'))).toEqual([])
    const full = await openRoom(Number.MAX_SAFE_INTEGER)
    expect(await full.store.put({ id, copy: 'original' }, await upload('c'))).toMatchObject({
      refused: 'attachment.disk-unavailable',
    })
  },
)

test('[EV8] what an interrupted copy left behind is swept when the vault opens, fresh copies are not', async () => {
  const { root } = await openRoom()
  const [old, fresh] = [join(root, '.incoming', '1-old'), join(root, '.incoming', '1-fresh')]
  for (const path of [old, fresh]) await writeFile(path, 'half')
  await utimes(old, new Date('2026-11-19T12:00:00Z'), new Date('2026-11-19T12:00:00Z'))
  await utimes(fresh, noon(), noon())
  await openDiskVault({ root, now: noon })
  expect(await readdir(join(root, '.incoming'))).toEqual(['1-fresh'])
})

test('[EV5] SHA-256 and SM3 of one pass equal the standards’ vectors', async () => {
  const digests = startDigests()
  for (const letter of 'abc') digests.take(Buffer.from(letter))
  expect(digests.close()).toEqual({
    bytes: 3,
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sm3: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0', // GB/T 32905-2016, A.1
  })
  const long = startDigests()
  long.take(Buffer.from('abcd'.repeat(16)))
  expect(long.close().sm3).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732') // A.2
})

test('[EV5] one changed byte changes both digests, and the thread that reads agrees with one pass over the bytes', async () => {
  const { file } = await openRoom()
  const fingerprints = openFingerprints()
  const photo = new Uint8Array(3_000_000).fill(7)
  const path = await file(photo)
  const honest = await fingerprints.whole(path, photo.length)
  const one = startDigests()
  one.take(photo)
  expect(honest).toEqual(one.close())
  const tampering = await open(path, 'r+')
  await tampering.write(Uint8Array.of(8), 0, 1, 1_234_567)
  await tampering.close()
  const tampered = await fingerprints.whole(path, photo.length)
  expect(tampered.sha256).not.toBe(honest.sha256)
  expect(tampered.sm3).not.toBe(honest.sm3)
})

test('[EV5] half a file has no digest; following one that grows tells the same as reading the whole', async () => {
  const { file } = await openRoom()
  const fingerprints = openFingerprints()
  const bytes = Buffer.from('广济街68号3幢'.repeat(5_000))
  const path = await file(bytes.subarray(0, 1_000))
  await fingerprints.follow(path, 1_000)
  await expect(fingerprints.whole(path, bytes.length)).rejects.toThrow('no digests')
  await expect(fingerprints.whole(join(path, 'missing'), 1)).rejects.toThrow('no digests')
  await fingerprints.follow(path, 900)
  await appendFile(path, bytes.subarray(1_000))
  await fingerprints.follow(path, 20_001)
  const one = startDigests()
  one.take(bytes)
  expect(await fingerprints.whole(path, bytes.length)).toEqual(one.close())
})
