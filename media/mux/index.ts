/** 合成与核验 — what a program of its own does with journals; nothing of it runs where calls are answered. */
export { readChain } from '../core/chain.ts'
export { frameAt } from './frame.ts'
export { chainPath, journalsIn, openJournal } from './journal.files.ts'
export { verifyJournals } from './journal.read.ts'
export { muxParticipant, type Muxed } from './mux.ts'
