/**
 * 警力定位 — the program itself with 20,000 units on shift, 2,000 positions a second from them, suggestions meanwhile, and
 * a desk's map in a browser that draws two thousand of them. `--seconds`, `--units`, `--per-second`, `--visible` (0: no map).
 */
import { fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { units as listed, suggest } from '../../modules/unit/unit.api.ts'
import { fleetOf } from '../../town/fleet.ts'
import { cities } from '../../town/orgs.ts'
import { granted } from '../../town/town.ts'
import { alone, family, startMeter } from '../cpu.ts'
import { asked, keepRun, quantile, round, row, say } from '../machine.ts'
import { openStand } from '../stand.ts'
import { openIncidentAt } from './incident.ts'
import { watchMap } from './map.ts'
import type { Order, Report } from './sender.ts'

const seconds = asked('seconds', 60)
const count = asked('units', 20_000)
const perSecond = asked('per-second', 2_000)
const visible = process.argv.includes('--no-map') ? 0 : asked('visible', 2_000)
const suggestionsPerSecond = 20
const desk = 'lishui'
const { centre } = cities.find((city) => city.desk === desk)!

const stand = await openStand({ withClients: visible > 0 })
let exitCode = 0
try {
  const tokens = await settleIn()
  const call = stand.server.caller(await stand.staff('officer@lishui'))
  const incident = await openIncidentAt(stand.server, centre)
  const known = granted(await call(listed)).length
  if (known < count) throw new Error(`the server knows ${known} units`)
  const fleet = fleetOf(count, centre)
  const map = visible > 0 ? await watchMap(stand.server.base, visible) : undefined
  const before = await figureOfSuggest()
  const readCpu = startMeter({ server: alone(stand.server.pid), postgres: family(stand.database.postmaster) })
  const rssBefore = rssMiB(stand.server.pid)

  const sender = fork(fileURLToPath(new URL('sender.ts', import.meta.url)), { execArgv: process.execArgv })
  const reported = new Promise<Report>((done) => sender.once('message', (report) => done(report as Report)))
  const order: Order = {
    host: stand.host,
    port: stand.port,
    seconds,
    perSecond,
    units: fleet.map(({ id, at }, n) => ({ id, token: tokens[n]!, ...at })),
  }
  sender.send(order)

  const tookMs: number[] = []
  const rss: number[] = []
  let isOver = false
  const asking = (async () => {
    for (let n = 0; !isOver; n++) {
      const began = performance.now()
      granted(await call(suggest, { params: { incident } }))
      tookMs.push(performance.now() - began)
      if (n % (suggestionsPerSecond * 5) === 0) rss.push(rssMiB(stand.server.pid))
      await wait(Math.max(0, 1_000 / suggestionsPerSecond - (performance.now() - began)))
    }
  })()
  const drawn = map ? await map.frames(Math.min(seconds, 30)) : undefined
  const report = await reported
  isOver = true
  const cpu = readCpu()?.parts
  await asking
  const inside = minus(await figureOfSuggest(), before)
  const stored = await stand.sql.query<{ fixes: string }>('select count(*) as fixes from unit_fix')
  await map?.close()

  const figures = {
    units: count,
    perSecond,
    seconds,
    positions: {
      ...report,
      p50Ms: round(report.p50Ms),
      p99Ms: round(report.p99Ms),
      maxMs: round(report.maxMs),
      stored: Number(stored.rows[0]!.fixes),
      lost: report.kept - Number(stored.rows[0]!.fixes),
    },
    suggestions: {
      asked: tookMs.length,
      functionP50AtMostMs: below(inside, 0.5),
      functionP99AtMostMs: below(inside, 0.99),
      httpP50Ms: round(quantile(tookMs, 0.5)),
      httpP99Ms: round(quantile(tookMs, 0.99)),
    },
    ...(cpu && {
      microsecondsPerPosition: {
        server: Math.round((cpu.server * 1e6) / report.sent),
        postgres: Math.round((cpu.postgres * 1e6) / report.sent),
      },
    }),
    rssMiB: { before: rssBefore, first: rss[0], last: rssMiB(stand.server.pid), most: Math.max(...rss) },
    ...(drawn && { map: drawn }),
  }
  const widths = [44, 14]
  say(
    row(
      [
        'positions sent / kept / in the table',
        `${report.sent} / ${report.kept} / ${figures.positions.stored}`,
      ],
      widths,
    ),
  )
  say(row(['refused, later than a second', `${report.refused}, ${report.late}`], widths))
  say(
    row(
      [
        'a position over HTTP p50 / p99 / max, ms',
        `${round(report.p50Ms)} / ${round(report.p99Ms)} / ${round(report.maxMs)}`,
      ],
      widths,
    ),
  )
  say(
    row(
      [
        'suggestion, the function p50 / p99 below, ms',
        `${figures.suggestions.functionP50AtMostMs} / ${figures.suggestions.functionP99AtMostMs}`,
      ],
      widths,
    ),
  )
  say(
    row(
      [
        'suggestion over HTTP p50 / p99, ms',
        `${figures.suggestions.httpP50Ms} / ${figures.suggestions.httpP99Ms}`,
      ],
      widths,
    ),
  )
  if (cpu)
    say(
      row(
        [
          'processor of all this, µs a position: server + database',
          `${figures.microsecondsPerPosition?.server} + ${figures.microsecondsPerPosition?.postgres}`,
        ],
        widths,
      ),
    )
  say(row(['memory before / at the end, MiB', `${rssBefore} / ${figures.rssMiB.last}`], widths))
  if (drawn)
    say(
      row(
        [
          'map frame p50 / p95 / max, ms',
          `${drawn.p50Ms} / ${drawn.p95Ms} / ${drawn.maxMs} (${drawn.visible} visible)`,
        ],
        widths,
      ),
    )
  if (figures.positions.lost !== 0 || report.refused > 0 || report.unanswered > 0) exitCode = 1
  keepRun(import.meta.url, figures)
} finally {
  await stand.close()
}
process.exit(exitCode)

/** Units, their accounts and their sessions, as a bureau would import them. Returns the token of each. */
async function settleIn(): Promise<string[]> {
  const fleet = fleetOf(count, centre)
  const made = fleet.map(() => randomBytes(32).toString('base64url'))
  const hashes = made.map((token) => createHash('sha256').update(token).digest('hex'))
  const ids = fleet.map(({ id }) => id)
  const { sql } = stand
  // In one piece: a server that looks meanwhile sees all of it or nothing.
  await sql.query('begin')
  await sql.query(
    `insert into unit (id, name, org, kind, state, skills, members)
     select id, name, $4, kind, 'ready', string_to_array(skills, ','), 2
       from unnest($1::text[], $2::text[], $3::text[], $5::text[]) as u(id, name, kind, skills)`,
    [
      ids,
      fleet.map(({ name }) => name),
      fleet.map(({ kind }) => kind),
      desk,
      fleet.map((one) => one.skills.join()),
    ],
  )
  await sql.query(
    `insert into unit_shift (id, unit, members, started_at, planned_end_at, started_by)
     select 'sh' || substr(id, 3), id, '[{"name":"周强"},{"name":"何亮"}]', now(), now() + interval '12 hours', 'bench'
       from unnest($1::text[]) as u(id)`,
    [ids],
  )
  await sql.query(
    `insert into unit_place (unit, lng, lat, fix_at, heard_by)
     select unit.seq, u.lng, u.lat, now(), 'bench' from unnest($1::text[], $2::float8[], $3::float8[]) as u(id, lng, lat)
       join unit on unit.id = u.id`,
    [ids, fleet.map(({ at }) => at.lng), fleet.map(({ at }) => at.lat)],
  )
  await sql.query(
    `insert into staff (id, account, name, roles, org, unit, password, is_demo)
     select 'st' || substr(id, 3), id, '周强', '{unit}', $2, id, 'none', false from unnest($1::text[]) as u(id)`,
    [ids, desk],
  )
  await sql.query(
    `insert into staff_session (token_hash, staff, opened_at, ends_at)
     select hash, 'st' || substr(id, 3), now(), now() + interval '12 hours' from unnest($1::text[], $2::text[]) as u(id, hash)`,
    [ids, hashes],
  )
  await sql.query('commit')
  await sql.query('analyze unit, unit_shift, unit_place, staff, staff_session')
  await wait(3_000)
  return made
}

type Figure = {
  readonly below: readonly (readonly [seconds: number, count: number])[]
  readonly count: number
}

/** The server's own histogram of how long finding the nearest took. */
async function figureOfSuggest(): Promise<Figure> {
  const text = await (await fetch(`${stand.server.base}/metrics`)).text()
  const found = [...text.matchAll(/open110_suggest_seconds_bucket\{le="([^"]+)"\} (\d+)/g)]
  const all = found.map(([, le, n]) => [le === '+Inf' ? Infinity : Number(le), Number(n)] as const)
  return { below: all, count: all.at(-1)?.[1] ?? 0 }
}
function minus(a: Figure, b: Figure): Figure {
  const earlier = new Map(b.below)
  return {
    below: a.below.map(([le, n]) => [le, n - (earlier.get(le) ?? 0)] as const),
    count: a.count - b.count,
  }
}
/** The narrowest bound, in milliseconds, below which this share lies. */
function below(figure: Figure, share: number): number {
  return round((figure.below.find(([, n]) => n >= figure.count * share)?.[0] ?? Infinity) * 1_000, 2)
}

function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024)
}
