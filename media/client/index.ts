/** 浏览器里的媒体 — sending and watching, for any page; the app makes the calls (`Signals`). */
export { openCamera, type Camera, type CameraTrouble, type Facing } from './camera.ts'
export { openSender, type Sender } from './sender.ts'
export { openWatcher, type Watcher } from './watcher.ts'
export type { LinePhase } from './line.ts'
export type { Heard } from './stats.ts'
export type { Signals, Step } from './signals.ts'
