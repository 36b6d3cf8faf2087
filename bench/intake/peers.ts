import { fork, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOf, type Generator } from '../generator/index.ts'
import type { Stand } from '../stand.ts'
import { overHttp, type Side } from './sides.ts'

/** 同类 — parse-server takes the same report through its own REST `create`. It lives outside the repository. */
const folder = join(tmpdir(), 'open110-peers', 'parse-server')
const version = '9.10.0'

/**
 * As its own guide says, with the logs and the page for administrators left out, and as many connections as the
 * program has. It makes the class and its columns from the first report.
 */
const serve = `
const { ParseServer } = require('parse-server')
const adapters = 'parse-server/lib/Adapters/Storage/Postgres/PostgresStorageAdapter'
const { PostgresStorageAdapter } = require(adapters)
const FilesAdapter = require('@parse/fs-files-adapter')
const express = require('express')
const [socketFolder] = process.argv.slice(2)
const app = express()
process.on('disconnect', () => process.exit())
const server = app.listen(0, 'localhost', async () => {
  const { port } = server.address()
  const parse = new ParseServer({
    databaseAdapter: new PostgresStorageAdapter({
      uri: 'postgres://open110@localhost/parse',
      databaseOptions: { host: socketFolder, max: 24, idleTimeoutMillis: 1000 },
      collectionPrefix: '',
    }),
    filesAdapter: new FilesAdapter(),
    appId: 'bench', masterKey: 'for this run', allowClientClassCreation: true,
    serverURL: 'http://localhost:' + port + '/parse', logLevel: 'error', silent: true,
  })
  await parse.start()
  app.use('/parse', parse.app)
  process.send(port)
})
`

function install(): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'serve.cjs'), serve)
  if (existsSync(join(folder, 'node_modules', 'parse-server'))) return
  const npm = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
  const { status } = spawnSync('npm', [...npm, `parse-server@${version}`], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the peer could not be installed')
}

export async function openParseServer(
  stand: Stand,
  generator: Generator,
  tokens: readonly string[],
): Promise<Side> {
  install()
  await stand.sql.query('create database parse')
  const child = fork(join(folder, 'serve.cjs'), [stand.database.socketFolder], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: folder,
  })
  const port = (await answerOf(child)) as number
  return overHttp({
    ...{
      name: `parse-server ${version}`,
      pid: child.pid ?? 0,
      host: 'localhost',
      port,
      path: '/parse/classes/Report',
    },
    ...{ tokens, stand, generator, head: ['x-parse-application-id: bench'], idName: 'objectId' },
    check: () => Promise.resolve(),
    close: () => void child.kill(),
  })
}
