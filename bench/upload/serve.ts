/** One side in a process of its own: `serve.ts raw|ours|peer|peer-sync|peer-digests <folder>`; tells its port and waits. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const [side = '', folder = ''] = process.argv.slice(2)

async function listenerOf(): Promise<RequestListener> {
  if (side === 'raw') return (await import('./serve.raw.ts')).raw(folder)
  if (side === 'ours') return (await import('./serve.ours.ts')).ours(folder)
  return (await import('./serve.peer.ts')).peer(folder, side)
}

const server = createServer(await listenerOf())
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.once('disconnect', () => process.exit())
