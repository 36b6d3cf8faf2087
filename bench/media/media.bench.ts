/**
 * 媒体 — the embedded engine beside Janus with the same peers, recording on: processor time of a call, and what is left of a
 * recording after losses, a crash and many calls. `--calls`, `--seconds`, `--rounds`, `--coming` (calls that come and go).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readJournal } from '../../media/core/journal.ts'
import { readRtp } from '../../media/core/rtp.ts'
import { journalsIn, muxParticipant } from '../../media/mux/index.ts'
import { janusHome } from '../../media/janus/config.ts'
import { alone, family, startMeter } from '../cpu.ts'
import { asked, keepRun, median, quantile, round, row, say } from '../machine.ts'
import { capture, frameMs, readCodes } from './capture.ts'
import { openEmbedded, openJanus, openStage, rssMiB, type Side } from './stage.ts'

const calls = asked('calls', 20)
const seconds = asked('seconds', 10)
const rounds = asked('rounds', 3)
const coming = asked('coming', 100)
const settleMs = 3_000
const hasJanus = janusHome() !== undefined

say('encoding the sample …')
const sample = await capture(10)
const endsOfFrames = sample.tracks.video.map(({ packet }) => readRtp(Buffer.from(packet, 'base64'))!.marker)
const stage = await openStage(sample)
const widths = [54, 12, 12]
const openSide = { embedded: openEmbedded, janus: openJanus }
const names = hasJanus ? (['embedded', 'janus'] as const) : (['embedded'] as const)

try {
  const cost = await costs()
  const kept = { whole: await recordings(0), lossy: await recordings(0.05) }
  const tailsMs = await crashes(5)
  const memory = await memoryOf(coming)
  const ratios = cost.flatMap(({ embedded, janus }) =>
    embedded && janus ? [janus.perCall / embedded.perCall] : [],
  )
  const of = (name: 'embedded' | 'janus') =>
    round(median(cost.flatMap((one) => (one[name] ? [one[name].perCall] : []))) * 100, 2)
  const both = (text: string, figure: (name: 'embedded' | 'janus') => string | number) =>
    say(row([text, figure('embedded'), hasJanus ? figure('janus') : '–'], widths))

  say(row(['', 'embedded', 'Janus'], widths))
  both('processor of a two-way 480p call, recorded, % of a core', of)
  both('calls a core carries', (name) => Math.floor(100 / of(name)))
  say(
    row(
      ['calls per core, share of Janus (0.8 wanted)', ratios.length > 0 ? round(median(ratios), 2) : '–'],
      widths,
    ),
  )
  both('pictures kept of those sent, % (5 % loss: 99 wanted)', (name) => keptText(kept, name))
  both('picture time against file time p95, ms (20 wanted)', (name) => kept.whole[name]?.offP95Ms ?? '–')
  say(row(['lost at the end after kill -9, worst of 5, ms (300 wanted)', Math.max(...tailsMs)], widths))
  say(
    row(
      [`memory after 20 / ${coming} calls came and went, MiB`, `${memory.after20} / ${memory.atEnd}`],
      widths,
    ),
  )
  keepRun(import.meta.url, {
    calls,
    seconds,
    rounds,
    cost,
    ratio: round(median(ratios), 2),
    kept,
    tailsMs,
    memory,
  })
} finally {
  await stage.close()
}
process.exit()

type Cost = { perCall: number; cores: number; peersCores: number; arrived: number; rssMiB: number }

/** Both engines in turn, each round beginning with the other one, a new process each time. */
async function costs(): Promise<Partial<Record<'embedded' | 'janus', Cost>>[]> {
  const all: Partial<Record<'embedded' | 'janus', Cost>>[] = []
  for (let n = 0; n < rounds; n++) {
    const one: Partial<Record<'embedded' | 'janus', Cost>> = {}
    for (const name of n % 2 ? names.toReversed() : names)
      one[name] = await costOf(await openSide[name](calls))
    all.push(one)
    say(
      `round ${n + 1}: ${names.map((name) => `${name} ${round(one[name]!.perCall * 100, 2)} %/call`).join(', ')}`,
    )
  }
  return all
}

async function costOf(side: Side): Promise<Cost> {
  const open: { close(): Promise<void> }[] = []
  for (let n = 0; n < calls; n++) open.push(await stage.call(side))
  await wait(settleMs)
  const before = await stage.counts()
  const read = startMeter({ engine: family(side.pid()), here: alone(process.pid), peers: alone(stage.pid()) })
  const beganMs = performance.now()
  await wait(seconds * 1_000)
  const parts = read()?.parts
  const tookSeconds = (performance.now() - beganMs) / 1_000
  const after = await stage.counts()
  const memory = rssMiB(side.pid())
  for (const call of open) await call.close()
  await side.close()
  // What speaks to Janus runs in the server's own process and belongs to it.
  const cores = parts ? (parts.engine + parts.here) / tookSeconds : Number.NaN
  return {
    perCall: cores / calls,
    cores: round(cores, 3),
    peersCores: round((parts?.peers ?? Number.NaN) / tookSeconds, 3),
    arrived: round((after.received - before.received) / (after.sent - before.sent), 4),
    rssMiB: memory,
  }
}

type Kept = { sent: number; recorded: number; whole: number; offP95Ms: number; offMaxMs: number }

/** One line of the sample's length, made into a file; its pictures are counted and their numbers read. */
async function recordings(loses: number): Promise<Partial<Record<'embedded' | 'janus', Kept>>> {
  const all: Partial<Record<'embedded' | 'janus', Kept>> = {}
  for (const name of names) {
    const side = await openSide[name](calls)
    const { room, journal } = await stage.room(side)
    const startedAtMs = Date.now()
    const id = `${name}-${loses}`
    await stage.publish(side, room, 'phone', id, loses)
    await stage.go(id)
    await wait(sample.seconds * 1_000 - 500)
    const sent = framesIn(await stage.halt(id))
    await wait(1_500) // what was lost is asked for again for a second
    await side.engine.close({ room })
    const [object] = await muxParticipant({
      files: await journalsIn(journal),
      startedAtMs,
      out: join(journal, 'object'),
    })
    const codes = object ? await readCodes(object.path) : []
    const offsets = codes.map(({ n, atMs }) => atMs - n * frameMs)
    const middle = median(offsets)
    const off = offsets.map((offset) => Math.abs(offset - middle))
    all[name] = {
      sent,
      recorded: codes.length,
      whole: new Set(codes.map(({ n }) => n)).size,
      offP95Ms: round(quantile(off, 0.95)),
      offMaxMs: round(quantile(off, 1)),
    }
    await stage.closePeer(id)
    await side.close()
  }
  return all
}

function keptText(
  kept: Record<'whole' | 'lossy', Partial<Record<'embedded' | 'janus', Kept>>>,
  name: 'embedded' | 'janus',
) {
  const share = (one: Kept | undefined) => (one ? round((one.whole / one.sent) * 100) : '–')
  return `${share(kept.whole[name])} / ${share(kept.lossy[name])}`
}

function framesIn(packets: number): number {
  return endsOfFrames.slice(0, packets).filter(Boolean).length
}

/** The engine's process is killed in the middle: how long before that moment the last packet on the disk came. */
async function crashes(count: number): Promise<number[]> {
  const tails: number[] = []
  const side = await openEmbedded(calls)
  let isUp = true
  side.engine.on(({ t }) => {
    if (t === 'engine.up' || t === 'engine.down') isUp = t === 'engine.up'
  })
  for (let n = 0; n < count; n++) {
    const { room, journal } = await stage.room(side)
    const id = `crash-${n}`
    await stage.publish(side, room, 'phone', id)
    await stage.go(id)
    await wait(1_500 + n * 37)
    const killedAtMs = performance.timeOrigin + performance.now()
    process.kill(side.pid(), 'SIGKILL')
    isUp = false
    while (!isUp) await wait(50)
    const lastMs: number[] = []
    for (const { path } of await journalsIn(journal)) {
      const { head, records } = readJournal(await readFile(path))
      lastMs.push((head?.firstAtMs ?? 0) + (records.at(-1)?.ms ?? 0))
    }
    tails.push(Math.round(killedAtMs - Math.min(...lastMs)))
    await stage.closePeer(id)
  }
  await side.close()
  return tails
}

async function memoryOf(count: number): Promise<{ after20: number; atEnd: number }> {
  const side = await openEmbedded(20)
  let after20 = 0
  for (let n = 0; n < count; n += 5) {
    const open = await Promise.all([0, 1, 2, 3, 4].map(() => stage.call(side)))
    await wait(300)
    for (const call of open) await call.close()
    if (n + 5 === 20) after20 = rssMiB(side.pid())
  }
  const atEnd = rssMiB(side.pid())
  await side.close()
  return { after20, atEnd }
}
