import type { Fault } from './fault.ts'
import { killServer } from './f01-kill-server.ts'
import { killDatabase } from './f02-kill-database.ts'
import { diskError } from './f05-disk-error.ts'
import { slowDisk } from './f06-slow-disk.ts'
import { fullDisk } from './f07-full-disk.ts'
import { clockJumps } from './f08-clock.ts'
import { partition } from './f09-partition.ts'
import { halfOpen } from './f10-half-open.ts'
import { badLine, lostLine } from './f11-bad-line.ts'
import { brokenUpload } from './f14-broken-upload.ts'
import { saidAgain } from './f15-said-again.ts'
import { manyHands } from './f16-many-hands.ts'
import { consoleDies } from './f17-console-dies.ts'
import { flood } from './f18-flood.ts'
import { slowLoris } from './f19-slow-loris.ts'
import { poison } from './f20-poison.ts'
import { badStart } from './f21-bad-start.ts'
import { farMoments } from './f22-far-moments.ts'
import { farNumbers } from './f22-far-numbers.ts'
import { reconnectStorm } from './f23-reconnect.ts'

/** 故障表 — in the order of the matrix. */
export const faults: readonly Fault[] = [
  killServer,
  killDatabase,
  diskError,
  slowDisk,
  fullDisk,
  clockJumps,
  partition,
  halfOpen,
  badLine,
  lostLine,
  brokenUpload,
  saidAgain,
  manyHands,
  consoleDies,
  flood,
  slowLoris,
  poison,
  badStart,
  farNumbers,
  farMoments,
  reconnectStorm,
]
