import { createWriteStream } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** 地板 — the body of a PUT into a file, at the place that the address names. Nothing is kept for sure, nothing is hashed. */
export function raw(folder: string): RequestListener {
  return (request, response) => void put(folder, request, response)
}

async function put(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, name = 'file', at = '0'] = (request.url ?? '').split('/')
  const start = Number(at)
  await pipeline(request, createWriteStream(join(folder, name), { flags: start === 0 ? 'w' : 'r+', start }))
  response.writeHead(204).end()
}
