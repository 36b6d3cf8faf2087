/**
 * 实时 — how soon a desk sees what was pressed, what it costs to tell five hundred desks, what ten thousand idle sockets
 * cost, and how soon they are all back when all are cut off.
 */
import { asked, keepRun } from '../machine.ts'
import { measureCrowds } from './crowds.ts'
import { measureFanOut } from './fanout.ts'
import { measurePress } from './press.ts'

const rounds = asked('rounds', 3)
const seconds = asked('seconds', 3)

const press = await measurePress(rounds, seconds)
const fanOut = await measureFanOut(rounds, process.argv.includes('--peers'))
const crowds = await measureCrowds()
keepRun(import.meta.url, { press, fanOut, crowds })
process.exit()
