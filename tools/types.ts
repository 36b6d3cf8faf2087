import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './source.ts'

/** The projects in the order in which a mistake is best read: the language alone, then Node, then the browser. */
export const projects = ['air', 'server', 'web', 'page'] as const
export type Project = (typeof projects)[number]

/** What tsc says of a project; empty when it has nothing to say. A project without files yet is sound. */
export async function typesOf(project: string, folder: string = root): Promise<string> {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, `tsconfig.${project}.json`)]
  const tsc = spawn(process.execPath, [...args, '--pretty', 'false'], { cwd: folder })
  let said = ''
  for (const stream of [tsc.stdout, tsc.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise((resolve, reject) => tsc.once('error', reject).once('close', resolve))
  if (said.includes('TS18003')) return ''
  return code === 0 ? '' : said || `tsc ended with ${String(code)}`
}

if (import.meta.main) {
  for (const project of projects) {
    const said = await typesOf(project)
    if (said === '') continue
    console.log(`tsconfig.${project}.json\n${said}`)
    process.exitCode = 1
  }
  if (!process.exitCode) console.log('types: sound')
}
