import { writeFile } from 'node:fs/promises'

/**
 * 抄录 — a program of its own, run in a jail: it reads a stranger's file and writes copies without metadata into the
 * folder it stands in. A picture that crashes a decoder ends this process and not the one that receives reports.
 * Called as `copyist <task> [input]`; answers with one line of JSON. Only types of this file are for others.
 */
export type Measured = {
  durationSeconds?: number | undefined
  /** Pixels as a person sees them, after rotation. */
  width?: number | undefined
  height?: number | undefined
  hasVideo: boolean
  hasAudio: boolean
}
export type Pictured = { width: number; height: number; damaged: boolean; frames: number }
export type Remuxed = { file: string; mime: string; playsEverywhere: boolean }
export type CopyistAnswer =
  | { task: 'ready'; sharp: string }
  | { task: 'measured'; measured: Measured }
  | { task: 'pictured'; pictured: Pictured }
  | { task: 'remuxed'; remuxed: Remuxed }
  | { task: 'impossible'; why: string }

async function answer(task: string | undefined, input = 'original'): Promise<CopyistAnswer> {
  // Loaded by need: starting is most of what a photo costs.
  switch (task) {
    case 'ready':
      await writeFile('ready', '') // the folder above may be shut to the jail's user
      return { task, sharp: await (await import('./evidence.picture.server.ts')).version() }
    case 'picture':
      return {
        task: 'pictured',
        pictured: await (await import('./evidence.picture.server.ts')).picture(input),
      }
    case 'measure':
      return { task: 'measured', measured: await (await import('./evidence.remux.server.ts')).measure(input) }
    case 'remux': {
      const remuxed = await (await import('./evidence.remux.server.ts')).remux(input)
      return typeof remuxed === 'string' ? { task: 'impossible', why: remuxed } : { task: 'remuxed', remuxed }
    }
    default:
      throw new Error('copyist: no such task')
  }
}

if (import.meta.main) {
  const [task, input] = process.argv.slice(2)
  const answered = await answer(task, input).catch((cause: unknown): CopyistAnswer => {
    // The decoder's own words: they name the format's fault and nothing of the content.
    const why = cause instanceof Error ? cause.message.split('\n')[0]!.slice(0, 200) : 'unreadable'
    return { task: 'impossible', why }
  })
  if (answered.task === 'impossible') process.exitCode = 1
  process.stdout.write(`${JSON.stringify(answered)}\n`)
}
