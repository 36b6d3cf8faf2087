import type { Grid } from './place.grid.ts'

const edition = 1
const parts = ['refs', 'root', 'nodes', 'sets'] as const

/** The grid as one piece of memory: to keep beside the outlines, or to hand to a worker without a copy. */
export function packGrid(grid: Grid): Int32Array {
  const head = [
    edition,
    grid.west,
    grid.south,
    grid.columns,
    grid.rows,
    ...parts.map((part) => grid[part].length),
  ]
  const packed = new Int32Array(head.length + parts.reduce((sum, part) => sum + grid[part].length, 0))
  packed.set(head)
  let at = head.length
  for (const part of parts) {
    packed.set(grid[part], at)
    at += grid[part].length
  }
  return packed
}

/** The grid again, as views on the given memory. Undefined when another edition wrote it: build anew. */
export function unpackGrid(packed: Int32Array): Grid | undefined {
  const [written, west, south, columns, rows, ...lengths] = packed.subarray(0, 5 + parts.length)
  if (written !== edition) return undefined
  let at = 5 + parts.length
  const [refs, root, nodes, sets] = lengths.map((length) => packed.subarray(at, (at += length)))
  if (at !== packed.length) return undefined
  return {
    refs: refs!,
    west: west!,
    south: south!,
    columns: columns!,
    rows: rows!,
    root: root!,
    nodes: nodes!,
    sets: sets!,
  }
}
