/** The phone's side in a process of its own: one line, one slice after the other, each waited for. */
import { createHash, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

export type Order = {
  readonly port: number
  /** Where uploads are begun; `raw` has no beginning. */
  readonly path: string
  readonly isRaw: boolean
  readonly token?: string
  readonly report?: string
  readonly bytes: number
  readonly sliceBytes: number
}
export type Done = { readonly ms: number; readonly digests: 'right' | 'none' }

let file: Buffer = Buffer.alloc(0)
let expected = { sha256: '', sm3: '' }
let agent = new Agent()

/** A film by its first bytes, noise for the rest, and another one each time: nothing is taken for known. */
function draw(bytes: number): void {
  file = randomBytes(bytes)
  file.set(Buffer.from('000000186674797069736f6d0000020069736f6d6d703432', 'hex'))
  const digest = (algorithm: string) => createHash(algorithm).update(file).digest('hex')
  expected = { sha256: digest('sha256'), sm3: digest('sm3') }
}

type Answer = { status: number; headers: NodeJS.Dict<string | string[]> }

function ask(
  order: Order,
  method: string,
  path: string,
  headers: Record<string, string | number>,
  body?: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({
      ...{ agent, method, path, host: '127.0.0.1', port: order.port },
      headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${order.token ?? 'x'}`, ...headers },
    })
    asking.once('error', reject)
    asking.once('response', (answer) => {
      answer.resume()
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    asking.end(body)
  })
}

async function send(order: Order): Promise<Done> {
  draw(order.bytes)
  // Drawing takes longer than a server keeps an idle line.
  agent.destroy()
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const began = performance.now()
  let path = order.path
  if (!order.isRaw) {
    const report = Buffer.from(order.report ?? 'rp_bench').toString('base64')
    const begun = await ask(order, 'POST', path, {
      'upload-length': order.bytes,
      'upload-metadata': `report ${report}`,
    })
    if (begun.status !== 201) throw new Error(`an upload was not begun: ${begun.status}`)
    path = new URL(String(begun.headers['location']), 'http://localhost').pathname
  }
  let last: Answer | undefined
  for (let at = 0; at < order.bytes; at += order.sliceBytes) {
    const slice = file.subarray(at, at + order.sliceBytes)
    const type = { 'content-type': 'application/offset+octet-stream', 'content-length': slice.length }
    last = order.isRaw
      ? await ask(order, 'PUT', `${path}/${at}`, type, slice)
      : await ask(order, 'PATCH', path, { ...type, 'upload-offset': at }, slice)
    if (last.status !== 204) throw new Error(`a slice at ${at} was answered ${last.status}`)
  }
  const ms = performance.now() - began
  const told = { sha256: last?.headers['open110-sha256'], sm3: last?.headers['open110-sm3'] }
  if (told.sha256 === undefined) return { ms, digests: 'none' }
  if (told.sha256 !== expected.sha256 || told.sm3 !== expected.sm3) throw new Error('a digest is wrong')
  return { ms, digests: 'right' }
}

async function answer(order: Order): Promise<void> {
  process.send!(await send(order))
}
process.on('message', (order: Order) => void answer(order))
process.send!('here')
