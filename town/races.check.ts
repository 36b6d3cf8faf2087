import { slipMoves, type SlipMove, type SlipState } from '@open110/modules/dispatch'
import { asksUnit, incidentStateOf, isOpen, unitStateOf } from '@open110/modules/dispatch/steps'
import type { UnitState } from '@open110/modules/unit'
import type { Press } from './races.lane.ts'
import type { Town } from './town.ts'

type Step = { slip: string; move: SlipMove; state: SlipState; at: string }
type SlipRow = { id: string; number: string; state: SlipState; kind: 'police'; unit: string }
type FeedbackRow = { slip: string; number: string | null; type: string; state: string }

/** 核对 — what is not consistent after a race: the history, what everybody was answered, and what hangs on the slip. */
export async function faultsAfter(
  town: Town,
  raced: { incident: string; slip: string; presses: readonly Press[] },
): Promise<string[]> {
  const { incident, slip, presses } = raced
  const rows = async <Row>(sql: string, ...values: unknown[]) =>
    (await town.db.pool.query(sql, values)).rows as Row[]
  const [slips, steps, feedbacks, units, incidents, told, audits] = await Promise.all([
    rows<SlipRow>(
      'select id, number, state, kind, unit from slip where incident = $1 order by number',
      incident,
    ),
    rows<Step>(
      'select t.slip, t.move, t.state, t.at from slip_step t join slip s on s.id = t.slip where s.incident = $1 order by t.id',
      incident,
    ),
    rows<FeedbackRow>('select slip, number, type, state from feedback where incident = $1', incident),
    rows<{ id: string; state: UnitState; open_slips: number }>(
      'select u.id, u.state, u.open_slips from unit u where id in (select unit from slip where incident = $1)',
      incident,
    ),
    rows<{ state: string }>('select state from incident where id = $1', incident),
    rows<{ state: string }>(
      "select data->>'state' as state from event where type = 'slip.moved' and data->>'slip' = $1",
      slip,
    ),
    rows<{ act: string }>("select act from audit where object = $1 and act like 'refused:%'", slip),
  ])
  const held = await rows<{ unit: string; state: SlipState }>(
    'select unit, state from slip where unit = any($1)',
    units.map(({ id }) => id),
  )
  const ofSlip = steps.filter((step) => step.slip === slip)
  return [
    ...slips.flatMap((one) =>
      pathFaults(
        one,
        steps.filter((step) => step.slip === one.id),
      ),
    ),
    ...answerFaults(ofSlip, presses, audits.length),
    ...(isSame(told, ofSlip) ? [] : ['what was told is not what happened']),
    ...paperFaults(slips, feedbacks),
    ...numberFaults(
      'slip',
      slips.map(({ number }) => number),
    ),
    ...numberFaults(
      'feedback',
      feedbacks.flatMap(({ number }) => (number === null ? [] : [number])),
    ),
    ...(slips.filter(({ state }) => isOpen(state)).length > 1 ? ['two open slips of one unit'] : []),
    ...units.flatMap(({ id, state, open_slips: open }) => {
      const own = held.filter(({ unit }) => unit === id).map((one) => one.state)
      const is = `${state} with ${open}`
      const should = `${unitStateOf(state, own.filter(isOpen))} with ${own.filter(asksUnit).length}`
      return is === should ? [] : [`the unit is ${is}, its slips say ${should}`]
    }),
    ...incidentFaults(incidents[0]?.state, slips, feedbacks),
  ]
}

/** Told once each; the log's order between two who pressed at the same moment is not theirs (decision 0002). */
function isSame(told: readonly { state: string }[], steps: readonly Step[]): boolean {
  const sorted = (rows: readonly { state: string }[]) =>
    rows.map(({ state }) => state).toSorted((a, b) => (a < b ? -1 : 1))
  return sorted(told).join() === sorted(steps).join()
}

/** The history is a path of the table, ends where the slip says, and goes on after no end. */
function pathFaults(slip: SlipRow, steps: readonly Step[]): string[] {
  const faults: string[] = []
  let state: SlipState = 'issued'
  let hasSigned = false
  for (const step of steps) {
    const row = slipMoves[step.move]
    const from: readonly SlipState[] = row.from
    const to = step.move === 'refuse-return' ? (hasSigned ? 'signed' : 'issued') : row.to
    if (!isOpen(state)) faults.push(`${step.move} after ${state}`)
    if (!from.includes(state)) faults.push(`${step.move} from ${state}`)
    if (step.state !== to) faults.push(`${step.move} led to ${step.state}`)
    hasSigned ||= step.move === 'sign'
    state = step.state
  }
  return state === slip.state
    ? faults
    : [...faults, `the slip says ${slip.state}, its history ends with ${state}`]
}

/** Everybody who was granted a step finds it in the history, once; everybody else is on record as refused. */
function answerFaults(steps: readonly Step[], presses: readonly Press[], audited: number): string[] {
  const faults = presses.flatMap(({ what, answer }) =>
    'lost' in answer ? [`${what} was lost: ${answer.lost}`] : [],
  )
  if (steps.length === 0) faults.push('of so many presses none was granted')
  const moves = presses.filter(({ what }) => Object.hasOwn(slipMoves, what))
  const granted = new Map<string, string>()
  for (const { key, what, answer } of moves) {
    if (!('state' in answer)) continue
    const said = `${what} ${answer.state} ${new Date(answer.at).toISOString()}`
    const twin = granted.get(key)
    if (twin !== undefined && twin !== said) faults.push(`one key, two answers: ${twin} and ${said}`)
    granted.set(key, said)
  }
  // What a feedback or a conclusion moved was answered elsewhere.
  const elsewhere = presses.filter(
    ({ what, answer }) => (what === 'final' || what === 'conclude') && 'state' in answer,
  ).length
  const history = steps.map(({ move, state, at }) => `${move} ${state} ${new Date(at).toISOString()}`)
  for (const said of granted.values())
    if (!history.includes(said)) faults.push(`granted and not in the history: ${said}`)
  const unsaid = history.filter((one) => ![...granted.values()].includes(one))
  if (unsaid.length > elsewhere) faults.push(`in the history and granted to nobody: ${unsaid.join(', ')}`)
  const refused = moves.filter(({ answer }) => 'refused' in answer).length
  if (audited < refused) faults.push(`${refused} were refused, ${audited} are on record`)
  return faults
}

/** Paper agrees with the slip: none in hand after its end, final ones are as far as the slip. */
function paperFaults(slips: readonly SlipRow[], feedbacks: readonly FeedbackRow[]): string[] {
  return slips.flatMap((slip) => {
    const own = feedbacks.filter((one) => one.slip === slip.id)
    const finals = own.filter(({ type }) => type === 'final')
    const faults: string[] = []
    if (finals.length > 1) faults.push('two final feedbacks')
    if (own.filter(({ type }) => type === 'arrival').length > 1) faults.push('two arrivals')
    if (slip.state === 'reported' && finals[0]?.state !== 'submitted')
      faults.push('reported without a final feedback')
    if (!isOpen(slip.state) && own.some(({ state }) => state === 'draft' || state === 'submitted'))
      faults.push('feedback left open after the end')
    return faults
  })
}

/** 01, 02, 03 … without a gap and without a double. */
function numberFaults(what: string, numbers: readonly string[]): string[] {
  const found = numbers.map((number) => Number(number.slice(-2))).toSorted((a, b) => a - b)
  return found.every((number, n) => number === n + 1) ? [] : [`${what} numbers ${found.join()}`]
}

function incidentFaults(
  state: string | undefined,
  slips: readonly SlipRow[],
  feedbacks: readonly FeedbackRow[],
): string[] {
  if (state === 'closed')
    return slips.every((slip) => !isOpen(slip.state)) ? [] : ['closed over an open slip']
  const hasFeedback = feedbacks.some(
    (one) => one.type === 'final' && (one.state === 'submitted' || one.state === 'accepted'),
  )
  const should = incidentStateOf(slips.map((slip) => ({ ...slip, hasFeedback })))
  return state === should ? [] : [`the incident is ${state}, its slips say ${should}`]
}
