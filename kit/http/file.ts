import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OpenedFile } from '../pure/route.ts'

/** A file as the answer, in parts when a player asks for a range. It can never run as a page of ours. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: OpenedFile): FastifyReply {
  void reply
    .header('cache-control', 'private, no-store')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('accept-ranges', 'bytes')
    .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`)
    .type(file.type)
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
  if (!range || (range[1] === '' && range[2] === '')) {
    return reply.header('content-length', file.bytes).send(file.read(0, file.bytes - 1) as Readable)
  }
  const from = range[1] === '' ? Math.max(0, file.bytes - Number(range[2])) : Number(range[1])
  const to = range[1] === '' || range[2] === '' ? file.bytes - 1 : Math.min(Number(range[2]), file.bytes - 1)
  if (from > to || from >= file.bytes)
    return reply.code(416).header('content-range', `bytes */${file.bytes}`).send()
  return reply
    .code(206)
    .header('content-range', `bytes ${from}-${to}/${file.bytes}`)
    .header('content-length', to - from + 1)
    .send(file.read(from, to) as Readable)
}
