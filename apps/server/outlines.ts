import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { systemClock } from '@open110/kit/server/clock'
import { CannotStart, migrate, openDatabase, startEmbedded } from '@open110/kit/server/db'
import {
  countiesOf,
  deskNames,
  divisionByCode,
  importOutlines,
  keepOutlines,
  type DeclaredDatum,
} from '@open110/modules/place/server'
import type { JurisdictionKind } from '@open110/modules/place'

/** 导入辖区 — `npm run outlines -- file.geojson --datum gcj02 --within 33 --source "…" [--kind county] [--keep]`. */
const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const say = (line: string) => void process.stdout.write(`${line}\n`)
const usage =
  '用法 Usage: npm run outlines -- <file.geojson> --datum wgs84|cgcs2000|gcj02|bd09 --within <区划代码前缀> --source <来源> [--kind county|station|expressway|rail|airport|water] [--keep]\n' +
  '不加 --keep 只检查、不保存。 Without --keep the file is only checked.'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    datum: { type: 'string' },
    within: { type: 'string' },
    kind: { type: 'string', default: 'county' },
    source: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const [file] = positionals
const isDatum = (text: string | undefined): text is DeclaredDatum =>
  ['wgs84', 'cgcs2000', 'gcj02', 'bd09'].includes(text ?? '')
if (!file || !isDatum(values.datum) || !values.within || !values.source) {
  say(usage)
  process.exit(2)
}

const folder = resolve(root, process.env['OPEN110_DATA'] ?? '.data')
try {
  const embedded = process.env['DATABASE_URL'] ? undefined : await startEmbedded({ dir: folder, log: say })
  const url = process.env['DATABASE_URL'] ?? embedded?.url ?? ''
  await migrate(url, resolve(root, 'migrations'), say)
  const db = openDatabase({ url, onFault: () => say('数据库连接中断 The database connection was lost') })
  const desks = await db.all(deskNames)
  const found = importOutlines(readFileSync(file, 'utf8'), {
    datum: values.datum,
    kind: values.kind as JurisdictionKind,
    expected: countiesOf(values.within).map((code) => ({ code, name: divisionByCode(code)?.name ?? code })),
    nameOf: (code) => divisionByCode(code)?.name,
    deskOf: (code) =>
      desks.find(({ division }) => code.startsWith(division.replace(/0+$/, '').padEnd(2, '0')))?.id,
  })
  for (const { words, code, feature, at, isFatal } of found.problems) {
    const where = [code, feature === undefined ? undefined : `#${feature + 1}`, at && `${at.lng}, ${at.lat}`]
      .filter(Boolean)
      .join(' ')
    say(`${isFatal ? '不能用' : '请留意'} ${where} ${words}`)
  }
  if (found.coverage) say(JSON.stringify(found.coverage, undefined, 2))
  if (found.outlines.length > 0 && values.keep) {
    const now = systemClock.now()
    await db.tx((tx) => keepOutlines(tx, found.outlines, { source: values.source ?? '', isDemo: false, now }))
    say(
      `已保存 ${found.outlines.length} 个辖区,服务器重新启动后生效。 Saved; in force when the server starts again.`,
    )
  } else
    say(
      found.outlines.length > 0
        ? '检查通过,没有保存(加 --keep 保存)。 Checked, not saved.'
        : '有不能用的问题,没有保存。 Nothing was saved.',
    )
  await db.close()
  await embedded?.stop()
} catch (fault) {
  if (!(fault instanceof CannotStart)) throw fault
  say(fault.message)
  process.exitCode = 1
}
