import { parseArgs } from 'node:util'
import { randomUUID } from 'node:crypto'
import { Unanswered } from '@open110/kit/client/call'
import { hour } from './day.ts'
import { cities } from './orgs.ts'
import { openDesk, reasonOf, type DeskPlay } from './replay.desk.ts'
import { playReporter, type Cast } from './replay.reporter.ts'
import { openStage } from './replay.stage.ts'

/** 回放 — one scripted hour of reports against a running server, over its public API and nothing else. */
const usage = `npm run replay -- [选项]
  --speed 20                    一小时的剧本几分之一的时间演完(20:三分钟)
  --base http://127.0.0.1:8110  哪一台服务器
  --city lishui                 哪个接警台;all 为全部
  --desk                        接警员、值班长和警力也由剧本来演;不加则等您在控制台接警
  --seed monday                 换一批普通警情`

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '20' },
    base: { type: 'string', default: 'http://127.0.0.1:8110' },
    city: { type: 'string', default: 'lishui' },
    seed: { type: 'string', default: 'monday' },
    desk: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const write = (line: string) => void process.stdout.write(`${line}\n`)
const base = values.base.replace(/\/+$/, '')
const speed = Number(values.speed)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

if (values.help) write(usage)
else process.exitCode = await main()

async function main(): Promise<number> {
  if (!(speed > 0 && speed <= 3_600)) return fail(`--speed 应是 1 到 3600 之间的数,现在是 ${values.speed}`)
  if (values.city !== 'all' && !cities.some(({ desk }) => desk === values.city)) {
    return fail(`没有叫 ${values.city} 的接警台;有:all ${cities.map(({ desk }) => desk).join(' ')}`)
  }
  const silent = await whyUnready()
  if (silent) return fail(silent)

  const script = hour(values.city, values.seed)
  const stage = openStage({
    base,
    speed,
    signal: stop.signal,
    key: randomUUID,
    nowMs: () => performance.now(),
    write,
  })
  write(
    `回放 ${script.length} 件报警,约 ${Math.ceil(60 / speed)} 分钟;Ctrl-C 随时停。${values.desk ? '' : '请在控制台接警:' + base + '/console/'}`,
  )
  // People at a real console need real minutes; a played desk needs those of the story.
  const staysSeconds = values.desk ? 900 : 300 * speed
  const cast: Cast = new Map()
  const desks: DeskPlay[] = []
  let wasStopped = false
  let lost: string | undefined
  try {
    if (values.desk) {
      const wanted = values.city === 'all' ? [...new Set(script.map(({ desk }) => desk))] : [values.city]
      for (const desk of wanted) desks.push(await openDesk(stage, cast, desk))
    }
    await Promise.all(
      script.map(async (report, i) => {
        await stage.wait(report.startSeconds - stage.storySeconds())
        if (i === script.length - 1 && !values.desk) write('最后一件发出;报警人还会在线五分钟,等您处理。')
        try {
          await playReporter(stage, cast, report, { isSentTwice: i % 7 === 3, staysSeconds })
        } catch (fault) {
          if (stop.signal.aborted) return
          lost ??= fault instanceof Unanswered ? await whyUnready() : undefined
          if (lost) stop.abort()
          else stage.fail(report.by, `${report.id} ${reasonOf(fault)}`)
        }
      }),
    )
  } catch (fault) {
    if (!stop.signal.aborted) return fail(`回放停下了:${reasonOf(fault)}`)
  } finally {
    wasStopped = stop.signal.aborted
    stop.abort()
    await Promise.all(desks.map((desk) => desk.close()))
  }
  if (lost) return fail(`回放停下了:${lost}`)
  const failures = stage.failures()
  write(`${wasStopped ? '已停下。' : ''}发出 ${cast.size} 件${failures ? `,${failures} 处没有演完` : ''}。`)
  return failures ? 1 : 0
}

/** Why the server cannot be played against, in one sentence; nothing when it can. */
async function whyUnready(): Promise<string | undefined> {
  try {
    const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(5_000) })
    if (answer.ok) return undefined
    return `${base} 在运行,但现在不能可靠收件(/readyz 答 ${answer.status})。请看服务器日志。`
  } catch {
    return `${base} 没有服务器应答。请先运行 npm start,或用 --base 指明地址。`
  }
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 1
}
