import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { surveyEngines, type Engines } from './evidence.engines.server.ts'
import { runJailed } from './evidence.jail.server.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const secret = 'LINQIU-SECRET'
let room: string
let engines: Engines

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'evidence-jail-'))
  await chmod(room, 0o711)
  engines = await surveyEngines({ workRoot: join(room, 'work') })
})
afterAll(() => rm(room, { recursive: true, force: true }))

test('[EV12] the jail holds what it says: no network, no account of ours, an end in time and in size', async ({
  skip,
}) => {
  const jail = engines.copyist?.jail
  skip(!jail || jail.holds.length < 3, 'this machine cannot build the full jail')
  const work = await mkdtemp(join(engines.workRoot, 'jail-'))
  await writeFile(join(work, 'ours'), secret, { mode: 0o600 })
  const bounds = { folder: engines.workRoot, seconds: 10, maxFileBytes: 4096 }
  const inside = (script: string, seconds = 10) =>
    runJailed(jail!, ['sh', '-c', script], { ...bounds, seconds })
  const cards = (await inside('cat /proc/net/dev')).stdout.split('\n').filter((line) => line.includes(':'))
  expect(cards.map((line) => line.split(':')[0]!.trim())).toEqual(['lo'])
  expect((await inside(`cat ${join(work, 'ours')}`)).ended).toBe('badly')
  expect((await inside('id -u')).stdout.trim()).toBe(String(jail!.uid))
  expect((await inside(`head -c 100000 /dev/zero > ${join(tmpdir(), 'evidence-jail-big')}`)).ended).toBe(
    'badly',
  )
  await rm(join(tmpdir(), 'evidence-jail-big'), { force: true })
  const started = performance.now()
  const stamp = join(engines.workRoot, 'cell')
  await mkdir(stamp)
  await chown(stamp, jail!.uid!, jail!.uid!)
  expect((await inside(`setsid sh -c "sleep 2; echo > ${stamp}/outlived" & sleep 60`, 0.5)).ended).toBe(
    'late',
  )
  expect(performance.now() - started).toBeLessThan(1900)
  await setTimeout(2500)
  expect(await readdir(stamp)).toEqual([])
})

test('[EV12] what the machine cannot do is said, and no work folder is left behind', async () => {
  const survey = await surveyEngines({ workRoot: join(room, 'work-2'), ffmpeg: 'no-such-ffmpeg' })
  expect(survey.ffmpeg).toBeUndefined()
  expect(survey.lacks).toContainEqual({ engine: 'ffmpeg', why: 'not installed, or does not run' })
  expect(await readdir(survey.workRoot)).toEqual([])
  await symlink('/etc/hostname', join(survey.workRoot, 'view-old'))
  await surveyEngines({ workRoot: survey.workRoot, ffmpeg: 'no-such-ffmpeg' })
  expect([await readdir(survey.workRoot), existsSync('/etc/hostname')]).toEqual([[], true])
})
