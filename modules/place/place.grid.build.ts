import { blockShift, leaf, rootShift, type Grid } from './place.grid.ts'

/**
 * An outline to be looked up. Each ring is flat, x0, y0, x1, y1 …, in units of 1e-7 degree, closed or not.
 * Holes and further parts are simply further rings. Rings may touch each other and themselves; they may
 * not overlap, which is the importer's matter.
 */
export interface Shape {
  readonly ref: number
  readonly rings: readonly ArrayLike<number>[]
}

/** An edge longer than this (3.36°) would leave the range in which plain doubles are exact. */
export const longestEdge = 2 ** 25

const fewEdges = 16
const smallestShift = 9 // 512 units, about 5 m: a crossroads of outlines is not split further
const mostCandidates = 31 // one bit each

class Ints {
  values = new Int32Array(1 << 12)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Int32Array(this.length * 2)
      wider.set(this.values)
      this.values = wider
    }
    this.values[this.length++] = value
  }

  done(): Int32Array {
    return this.values.slice(0, this.length)
  }
}

/** Every edge once, however many outlines share it, with the outlines it separates. */
class Edges {
  readonly ends = new Ints()
  readonly owners: number[][] = []
  #slots = new Int32Array(1 << 12).fill(-1)

  get count(): number {
    return this.owners.length
  }

  add(ax: number, ay: number, bx: number, by: number, owner: number): void {
    if (ax === bx && ay === by) return
    const isForward = ax < bx || (ax === bx && ay < by)
    const [x0, y0, x1, y1] = isForward ? [ax, ay, bx, by] : [bx, by, ax, ay]
    if (Math.abs(x1 - x0) >= longestEdge || Math.abs(y1 - y0) >= longestEdge)
      throw new RangeError('an edge is too long for exact arithmetic')
    if (this.count * 2 > this.#slots.length) this.#widen()
    const slot = this.#slotOf(x0, y0, x1, y1)
    const known = this.#slots[slot]!
    if (known < 0) {
      this.#slots[slot] = this.count
      for (const end of [x0, y0, x1, y1]) this.ends.push(end)
      this.owners.push([owner])
      return
    }
    const owners = this.owners[known]!
    const twice = owners.indexOf(owner)
    // the same edge twice in one outline encloses nothing: the two cancel, as parity says
    if (twice >= 0) owners.splice(twice, 1)
    else owners.push(owner)
  }

  #slotOf(x0: number, y0: number, x1: number, y1: number): number {
    const { values } = this.ends
    let hash = Math.imul(x0, 0x9e3779b1) ^ Math.imul(y0, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ Math.imul(x1, 0x27d4eb2f) ^ Math.imul(y1, 0x165667b1)
    hash ^= hash >>> 13
    for (let slot = hash & (this.#slots.length - 1); ; slot = (slot + 1) & (this.#slots.length - 1)) {
      const at = this.#slots[slot]! * 4
      if (at < 0) return slot
      if (values[at] === x0 && values[at + 1] === y0 && values[at + 2] === x1 && values[at + 3] === y1)
        return slot
    }
  }

  #widen(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    const { values } = this.ends
    for (let i = 0; i < this.count; i++)
      this.#slots[this.#slotOf(values[i * 4]!, values[i * 4 + 1]!, values[i * 4 + 2]!, values[i * 4 + 3]!)] =
        i
  }
}

/** Does edge e touch the closed square from (left, bottom), `size` wide? Exact. */
function touchesSquare(v: Int32Array, e: number, left: number, bottom: number, size: number): boolean {
  const x0 = v[e * 4]!
  const y0 = v[e * 4 + 1]!
  const dx = v[e * 4 + 2]! - x0
  const dy = v[e * 4 + 3]! - y0
  if (x0 + dx < left || x0 > left + size) return false // ends are stored west to east
  if (Math.max(y0, y0 + dy) < bottom || Math.min(y0, y0 + dy) > bottom + size) return false
  const [west, east] = [dy * (left - x0), dy * (left + size - x0)]
  const [low, high] = [dx * (bottom - y0), dx * (bottom + size - y0)]
  return Math.min(low, high) <= Math.max(west, east) && Math.max(low, high) >= Math.min(west, east)
}

/** Does the path (ax, ay) → (bx, ay) → (bx, by) cross edge e an odd number of times? All on half units. */
function isCrossed(v: Int32Array, e: number, ax: number, ay: number, bx: number, by: number): boolean {
  const x0 = v[e * 4]!
  const y0 = v[e * 4 + 1]!
  const dx = v[e * 4 + 2]! - x0
  const dy = v[e * 4 + 3]! - y0
  const isNorthOf = (x: number, y: number): boolean => {
    const [rise, run] = [dx * (y - y0), dy * (x - x0)]
    return rise > run || (rise === run && dx > 0)
  }
  let crossed = false
  if (y0 <= ay !== y0 + dy <= ay) crossed = isNorthOf(ax, ay) !== isNorthOf(bx, ay)
  if (x0 > bx !== x0 + dx > bx && isNorthOf(bx, ay) !== isNorthOf(bx, by)) crossed = !crossed
  return crossed
}

class Builder {
  readonly edges: Edges
  readonly nodes = new Ints()
  readonly sets = new Ints()
  readonly #known = new Map<string, number>()
  readonly #seen: Int32Array
  #stamp = 0

  constructor(edges: Edges) {
    this.edges = edges
    this.#seen = new Int32Array(edges.count)
    this.nodes.push(0) // offset 0 means "no next leaf"
    this.setOf([])
  }

  setOf(members: readonly number[]): number {
    const key = members.join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const at = this.sets.length
    this.#known.set(key, at)
    this.sets.push(members.length)
    for (const member of members) this.sets.push(member)
    return at
  }

  /** Who covers (ax, ay), when `there` cover (bx, by) and the lists hold every edge between the two. */
  walk(
    there: readonly number[],
    lists: readonly ArrayLike<number>[],
    ax: number,
    ay: number,
    bx: number,
    by: number,
  ) {
    const stamp = ++this.#stamp
    let here: number[] | undefined
    for (const list of lists)
      for (let i = 0; i < list.length; i++) {
        const edge = list[i]!
        if (this.#seen[edge] === stamp) continue
        this.#seen[edge] = stamp
        if (!isCrossed(this.edges.ends.values, edge, ax, ay, bx, by)) continue
        here ??= [...there]
        for (const owner of this.edges.owners[edge]!) {
          const at = here.indexOf(owner)
          if (at < 0) here.push(owner)
          else here.splice(at, 1)
        }
      }
    return here ? here.sort((a, b) => a - b) : there
  }

  /** The value of the square at (left, bottom), whose centre `atCentre` cover. */
  cell(
    list: readonly number[],
    left: number,
    bottom: number,
    shift: number,
    atCentre: readonly number[],
  ): number {
    if (list.length === 0) return this.setOf(atCentre)
    if (list.length <= fewEdges || shift - blockShift < smallestShift) return this.#leaf(list, atCentre)
    const size = 2 ** (shift - blockShift)
    const lists = this.#split(list, left, bottom, size)
    const block = this.nodes.length
    for (let i = 0; i < 64; i++) this.nodes.push(0)
    const middle = 2 ** (shift - 1) - 0.5
    const half = size / 2 - 0.5
    let covers = atCentre
    for (let i = 0; i < 64; i++) {
      const [x, y] = [left + (i & 7) * size, bottom + (i >> 3) * size]
      covers =
        (i & 7) === 0
          ? this.walk(atCentre, [list], x + half, y + half, left + middle, bottom + middle)
          : this.walk(covers, [lists[i - 1]!, lists[i]!], x + half, y + half, x - size + half, y + half)
      const value = this.cell(lists[i]!, x, y, shift - blockShift, covers)
      this.nodes.values[block + i] = value
    }
    return ~(block * 2)
  }

  #split(list: readonly number[], left: number, bottom: number, size: number): number[][] {
    const lists = Array.from({ length: 64 }, (): number[] => [])
    const v = this.edges.ends.values
    const step = (value: number): number => Math.min(7, Math.max(0, Math.floor(value / size)))
    for (const e of list) {
      const [south, north] = [Math.min(v[e * 4 + 1]!, v[e * 4 + 3]!), Math.max(v[e * 4 + 1]!, v[e * 4 + 3]!)]
      const [firstColumn, lastColumn] = [step(v[e * 4]! - left - 1), step(v[e * 4 + 2]! - left)]
      for (let row = step(south - bottom - 1); row <= step(north - bottom); row++)
        for (let column = firstColumn; column <= lastColumn; column++)
          if (touchesSquare(v, e, left + column * size, bottom + row * size, size))
            lists[row * 8 + column]!.push(e)
    }
    return lists
  }

  #leaf(list: readonly number[], atCentre: readonly number[]): number {
    const owners = [...new Set(list.flatMap((edge) => this.edges.owners[edge]!))].sort((a, b) => a - b)
    if (owners.length === 0) return this.setOf(atCentre)
    const whole = this.setOf(atCentre.filter((one) => !owners.includes(one)))
    const first = this.nodes.length
    for (let from = 0; from < owners.length; from += mostCandidates) {
      const group = owners.slice(from, from + mostCandidates)
      const mask = (members: readonly number[]): number =>
        members.reduce(
          (bits, member) => (group.includes(member) ? bits | (1 << group.indexOf(member)) : bits),
          0,
        )
      const mine = list.filter((edge) => mask(this.edges.owners[edge]!) !== 0)
      const at = this.nodes.length
      for (const value of [0, from === 0 ? whole : 0, group.length, mine.length, mask(atCentre), ...group])
        this.nodes.push(value)
      for (const edge of mine) {
        for (let i = 0; i < 4; i++) this.nodes.push(this.edges.ends.values[edge * 4 + i]!)
        this.nodes.push(mask(this.edges.owners[edge]!))
      }
      if (from + mostCandidates < owners.length) this.nodes.values[at + leaf.next] = this.nodes.length
    }
    return ~(first * 2 + 1)
  }
}

/** Builds the grid. Outlines come in order of precedence. Throws when an edge is too long to be exact. */
export function buildGrid(shapes: readonly Shape[]): Grid {
  const edges = new Edges()
  shapes.forEach(({ rings }, owner) => {
    for (const ring of rings) {
      const n = ring.length
      for (let i = 0; i < n; i += 2)
        edges.add(ring[i]!, ring[i + 1]!, ring[(i + 2) % n]!, ring[(i + 3) % n]!, owner)
    }
  })
  const v = edges.ends.values
  let [west, south, east, north] = [0, 0, 0, 0]
  for (let e = 0; e < edges.count; e++) {
    if (e === 0) [west, south, east, north] = [v[0]!, v[1]!, v[0]!, v[1]!]
    for (const i of [0, 2]) {
      west = Math.min(west, v[e * 4 + i]!)
      east = Math.max(east, v[e * 4 + i]!)
      south = Math.min(south, v[e * 4 + i + 1]!)
      north = Math.max(north, v[e * 4 + i + 1]!)
    }
  }
  west -= 1 // so that west of the first column nothing is covered
  const size = 2 ** rootShift
  const columns = Math.floor((east - west) / size) + 1
  const rows = Math.floor((north - south) / size) + 1
  if (columns * size >= 2 ** 31 || rows * size >= 2 ** 31) throw new RangeError('the outlines span over 214°')

  const lists = new Map<number, number[]>()
  for (let e = 0; e < edges.count; e++) {
    const [low, high] = [Math.min(v[e * 4 + 1]!, v[e * 4 + 3]!), Math.max(v[e * 4 + 1]!, v[e * 4 + 3]!)]
    const [firstColumn, firstRow] = [(v[e * 4]! - west - 1) / size, (low - south - 1) / size]
    for (let row = Math.max(0, Math.floor(firstRow)); row <= (high - south) / size; row++)
      for (
        let column = Math.max(0, Math.floor(firstColumn));
        column <= (v[e * 4 + 2]! - west) / size;
        column++
      ) {
        if (!touchesSquare(v, e, west + column * size, south + row * size, size)) continue
        const list = lists.get(row * columns + column)
        if (list) list.push(e)
        else lists.set(row * columns + column, [e])
      }
  }

  const builder = new Builder(edges)
  const root = new Int32Array(columns * rows)
  const half = size / 2 - 0.5
  const none: readonly number[] = []
  for (let row = 0; row < rows; row++) {
    const y = south + row * size
    let covers = none
    for (let column = 0; column < columns; column++) {
      const x = west + column * size
      const cell = row * columns + column
      const list = lists.get(cell) ?? none
      const before = column === 0 ? none : (lists.get(cell - 1) ?? none)
      const beforeX = column === 0 ? west - 0.5 : x - size + half
      covers = builder.walk(covers, [before, list], x + half, y + half, beforeX, y + half)
      root[cell] = builder.cell(list, x, y, rootShift, covers)
    }
  }
  return {
    refs: Int32Array.from(shapes, (shape) => shape.ref),
    west,
    south,
    columns,
    rows,
    root,
    nodes: builder.nodes.done(),
    sets: builder.sets.done(),
  }
}
