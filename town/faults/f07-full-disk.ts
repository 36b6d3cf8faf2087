import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { list } from '@open110/modules/evidence/api'
import { granted } from '../town.ts'
import { broken, check } from './check.ts'
import { mountDisk } from './disk.ts'
import { breachesOf, type Fault, type Verdict } from './fault.ts'
import { openGround, type Ground } from './ground.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'
import { until, within } from './until.ts'
import { beginUpload, fileOf, NotBegun, type Carrying } from './upload.ts'

const megabyte = 1024 * 1024

export const fullDisk: Fault = {
  id: 'F7',
  does: 'the disk of the evidence is full, then that of the database',
  holds:
    'text is taken while evidence is not, /readyz says so, no half file is shown; a full database refuses honestly, recovers and has lost nothing',
  needs: ['linux', 'root', 'loop'],
  async run({ seed }) {
    const media = await evidenceFull(seed)
    const tables = await databaseFull(seed)
    return {
      breaches: [...media.breaches, ...tables.breaches],
      figures: { ...media.figures, ...tables.figures },
    }
  },
}

async function evidenceFull(seed: string): Promise<Verdict> {
  const disk = mountDisk(420)
  const here = await openGround({ seed, evidence: disk.path })
  const breaches: string[] = []
  const figures: Record<string, string | number> = {}
  const crowd = await openCrowd({ base: here.base, count: 1, mark: 'F7' })
  const phone = crowd.phones[0]!
  try {
    const words = phone.press()
    await crowd.settle()
    const report = crowd.history.acked.get(words)!
    const begin = (name: string) =>
      beginUpload({ base: () => here.base, token: phone.token, report, bytes: fileOf(name, 6 * megabyte) })
    const whole = await begin('whole')
    if ((await whole.send())?.sha256 !== whole.sha256)
      breaches.push('an upload before the disk was full is not whole')
    const half = await begin('half')
    await half.send(2 * megabyte)

    disk.fill(0)
    const refused = await begin('refused').then(
      () => undefined,
      (fault: unknown) => (fault instanceof NotBegun ? fault.status : undefined),
    )
    figures['a new upload on a full disk'] = refused ?? 'begun'
    if (refused === undefined) breaches.push('an upload was begun on a full disk')
    figures['going on with one'] = (await half.send())?.status ?? 'line broke'
    phone.press()
    await crowd
      .settle(20)
      .catch(() => breaches.push('text is not taken while the disk of the evidence is full'))
    const said = await readinessOf(here)
    figures['/readyz'] = `${said.status} ${said.degraded.join(' ')}`
    if (said.status !== 200) breaches.push('not ready for text while the disk of the evidence is full')
    if (!said.degraded.some((word) => /disk|room|full|media|vault/.test(word)))
      breaches.push('/readyz does not say that the disk of the evidence is full')
    breaches.push(...(await unlike(here, phone.token, report, [whole])))

    disk.empty()
    await wait(200)
    const after = await within(40, async () => (await half.send())?.sha256 === half.sha256)
    if (after === undefined) breaches.push('the broken-off upload cannot be ended after there is room again')
    breaches.push(...(await unlike(here, phone.token, report, after === undefined ? [whole] : [whole, half])))
    breaches.push(...breachesOf(broken(check(crowd.history, await readTruth(here, 'F7')))))
    return { breaches, figures }
  } finally {
    crowd.close()
    await here.close()
    disk.close()
  }
}

/** What is shown of a report's attachments is exactly what was sent whole, byte for byte. */
async function unlike(
  here: Ground,
  token: string,
  report: string,
  sent: readonly Carrying[],
): Promise<string[]> {
  const shown = granted(await here.call(token)(list, { params: { report } }))
  const officer = await here.login('officer@lishui')
  const faults: string[] = []
  if (shown.length !== sent.length)
    faults.push(`${shown.length} attachments are shown, ${sent.length} were sent whole`)
  for (const { id } of shown) {
    const answer = await fetch(`${here.base}/api/v1/attachments/${id}/original`, {
      headers: { authorization: `Bearer ${officer.token}` },
    })
    const digest = createHash('sha256')
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest('hex')
    if (!sent.some(({ sha256 }) => sha256 === digest)) faults.push('an attachment is not what was sent')
  }
  return faults
}

async function databaseFull(seed: string): Promise<Verdict> {
  const disk = mountDisk(320)
  const here = await openGround({ seed, cluster: disk.path })
  const life = here.server()
  const breaches: string[] = []
  const crowd = await openCrowd({ base: here.base, count: 8, mark: 'F7d', againMs: 10 })
  const { history } = crowd
  try {
    await until(() => history.acked.size > 50, 'reports are being acknowledged')
    disk.fill(0)
    // Another piece of the log is asked for until there is none.
    const refused = await within(60, async () => {
      await here.rows('select pg_switch_wal()').catch(() => undefined)
      return (await readinessOf(here)).status === 503
    })
    if (refused === undefined) breaches.push('/readyz still says ready on a full disk')
    const during = history.acked.size
    await wait(2_000)
    disk.empty()
    const began = performance.now()
    crowd.wake()
    await until(() => history.acked.size > during + 20, 'work goes on after there is room', 120)
    const backMs = Math.round(performance.now() - began)
    if (here.server() !== life) breaches.push('the server had to be restarted')
    await crowd.settle(90)
    breaches.push(...breachesOf(broken(check(history, await readTruth(here, 'F7d')))))
    return {
      breaches,
      figures: {
        'database: acknowledged': history.acked.size,
        'unknown outcome': history.tries.unknown,
        'work goes on after there is room, ms': backMs,
      },
    }
  } finally {
    crowd.close()
    disk.empty()
    await here.close()
    disk.close()
  }
}

async function readinessOf(here: Ground): Promise<{ status: number; degraded: string[] }> {
  const answer = await fetch(`${here.base}/readyz`, { signal: AbortSignal.timeout(15_000) })
  const { degraded = [] } = (await answer.json()) as { degraded?: unknown[] }
  return {
    status: answer.status,
    degraded: degraded.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
  }
}
