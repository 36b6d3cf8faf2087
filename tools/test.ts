import { parseCLI, startVitest, type TestModule, type Vitest } from 'vitest/node'
import { ensureChromium } from './chromium.ts'
import { ensurePrograms } from './packages.ts'
import { takeSteps, tell, type Tally } from './steps.ts'

/**
 * 全部测试 — the quick checks, then every test in one run of Vitest. The words after `npm test --` choose among the
 * tests only. Ends with one line that counts everything, whatever happens before it.
 */
const tests = async (args: readonly string[]): Promise<Tally> => {
  const chromium = await ensureChromium((line) => console.log(line))
  if ('missing' in chromium) console.log(`– page tests: ${chromium.missing}`)
  const programs = await ensurePrograms((line) => console.log(line))
  if (programs.missing) console.log(`– video tests: ${programs.missing}`)
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  const vitest = await startVitest('test', filter, { reporters: ['dot'], ...options, watch: false })
  try {
    return count(vitest)
  } finally {
    await vitest.close()
  }
}

const count = (vitest: Vitest): Tally => {
  const modules = vitest.state.getTestModules()
  const all = modules.flatMap((module) => [...module.children.allTests()])
  const skips = all.flatMap((test) => {
    const result = test.result()
    return result.state === 'skipped'
      ? [`– ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'skipped'}`]
      : []
  })
  if (skips.length) console.log(skips.join('\n'))
  const broken = modules.flatMap(errorsOf).length + vitest.state.getUnhandledErrors().length
  const failed = all.filter((test) => !test.ok()).length + broken
  return {
    passed: all.filter((test) => test.result().state === 'passed').length,
    // Vitest also fails for reasons that are no test's: nothing found, a set-up that fell over.
    failed: failed || (process.exitCode ? 1 : 0),
    skipped: skips.length,
  }
}

/** A file that cannot be loaded, or a suite whose hook fails, has no test that could say so. */
const errorsOf = (module: TestModule): unknown[] => [
  ...module.errors(),
  ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
]

const quick = await takeSteps()
const slow = await tests(process.argv.slice(2)).catch((fault: unknown): Tally => {
  console.error(fault)
  return { passed: 0, failed: 1, skipped: 0 }
})
tell({
  passed: quick.passed + slow.passed,
  failed: quick.failed + slow.failed,
  skipped: quick.skipped + slow.skipped,
})
process.exit() // a handle that a test forgot must not keep the run from its end
