import { spawn } from 'node:child_process'
import { root } from './source.ts'

/** 步骤 — one check of the quick part: a program that is content or says what is wrong. */
export type Step = { name: string; program: readonly string[] }

/** The quick part, in the order in which a mistake is best read. `npm run check` is this, `npm test` begins with it. */
export const steps: readonly Step[] = [
  { name: 'types', program: ['tools/types.ts'] },
  { name: 'walls', program: ['tools/walls.ts'] },
  { name: 'lint', program: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'format', program: ['node_modules/oxfmt/bin/oxfmt', '--check'] },
  { name: 'dead code', program: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'rules', program: ['tools/rules.ts'] },
  { name: 'lockfile', program: ['tools/lockfile.ts'] },
]

/** 清点 — what a run came to. */
export type Tally = { passed: number; failed: number; skipped: number }

/** Runs them one after the other; one line for each that is content, and all its words for each that is not. */
export const takeSteps = async (): Promise<Tally> => {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, program } of steps) {
    const began = performance.now()
    const { isContent, said } = await take(program)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${isContent ? '✓' : '✗'} ${name} (${seconds} s)`)
    if (!isContent) console.log(said.trimEnd())
    tally[isContent ? 'passed' : 'failed'] += 1
  }
  return tally
}

const take = (program: readonly string[]): Promise<{ isContent: boolean; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part))
    child.once('error', reject).once('close', (code) => resolve({ isContent: code === 0, said }))
  })

/** The last line of a run, for people and machines. */
export const tell = ({ passed, failed, skipped }: Tally): void => {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = failed > 0 ? 1 : 0
}
