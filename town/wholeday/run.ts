import { parseArgs } from 'node:util'
import { startTemporary } from '../../kit/db/temporary.ts'
import { playDay } from './wholeday.ts'

/** 一昼夜 — a whole day at one desk in minutes, every report to its end, what must hold looked at every minute. */
const usage = `npm run day -- [选项]
  --reports 2700   一天的警情数
  --cars 90        警力
  --seed monday    换一天`

const { values } = parseArgs({
  options: {
    reports: { type: 'string', default: '2700' },
    cars: { type: 'string', default: '90' },
    seed: { type: 'string', default: 'monday' },
    help: { type: 'boolean', default: false },
  },
})
const write = (line: string) => void process.stdout.write(`${line}\n`)

if (values.help) write(usage)
else {
  const database = await startTemporary({ durable: false })
  process.env['OPEN110_TEST_DB'] = database.url
  const beganMs = performance.now()
  try {
    const { sums, broken, end, minutes } = await playDay({
      seed: values.seed,
      reports: Number(values.reports),
      cars: Number(values.cars),
      tell: (at, left) => {
        if (at % 60 === 59) write(`${String(Math.floor(at / 60) + 1).padStart(2)} 时  还有 ${left} 件事要做`)
      },
    })
    write(JSON.stringify(sums, undefined, 2))
    write(`演完 ${minutes} 分钟,用时 ${Math.round((performance.now() - beganMs) / 1000)} 秒`)
    write(`报警 ${end.reports} 件,警情 ${end.incidents} 件,处警单 ${end.slips} 张`)
    write(
      `不变式被破坏 ${broken.length} 次,未闭环 ${end.openLoops.length} 件,未办结 ${end.unfinished.length} 件,未处理的报警 ${end.undecided} 件`,
    )
    for (const { minute, what } of broken.slice(0, 20)) write(`  ${minute} 分 ${what}`)
    for (const line of [...end.openLoops, ...end.unfinished].slice(0, 20)) write(`  ${line}`)
    const isClean = broken.length + end.openLoops.length + end.unfinished.length + end.undecided === 0
    process.exitCode = isClean ? 0 : 1
  } finally {
    await database.stop()
  }
}
