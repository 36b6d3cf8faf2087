import { Unanswered } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import type { Upload } from '@open110/core/outbox'
import type { Answered, Ask } from './network.ts'

const sliceBytes = 12

/** 断点续传 — the port of the outbox over the night's line, with the steps of the browser's own (tus, one slice at a time). */
export function nightUpload(ask: Ask, token: () => string | undefined): Upload {
  return async ({ report, file, bytes, keepUrl, progress, onStop }) => {
    let isStopped = false
    onStop(() => (isStopped = true))
    const whole = bytes as string
    const send = async (method: string, url: string, headers: Record<string, string>, body = '') => {
      if (isStopped) throw new Unanswered('the upload was paused')
      const authorization = `Bearer ${token() ?? ''}`
      const answered = await ask({ method, url, headers: { ...headers, authorization }, body }).catch(
        (cause: unknown) => {
          throw new Unanswered('the upload broke off', { cause })
        },
      )
      if (isStopped) throw new Unanswered('the upload was paused')
      return answered
    }
    const broken = ({ status, text, retryAfterSeconds }: Answered) => {
      const code = status < 500 && status !== 429 ? codeIn(text) : undefined
      if (status === 401) return refuse('session.signed-out')
      if (code) return refuse(code)
      throw new Unanswered('the upload broke off', {
        status,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      })
    }
    const ended = ({ headers }: Answered) => {
      const attachment = headers?.['open110-attachment']
      return attachment === undefined ? {} : { attachment }
    }

    let { url } = file
    let offset = 0
    if (url) {
      const answered = await send('HEAD', `/api/v1/uploads/${url}`, {})
      if (answered.status === 404) url = undefined
      else if (answered.status >= 300) return broken(answered)
      else if (answered.headers?.['upload-offset'] === 'whole') return ended(answered)
      else offset = Number(answered.headers?.['upload-offset'])
      if (offset >= whole.length) return ended(answered)
    }
    if (!url) {
      const { name, sha256 = '' } = file
      const headers = { report, name, sha256, 'upload-length': String(whole.length) }
      const answered = await send('POST', '/api/v1/uploads', headers)
      if (answered.status !== 201) return broken(answered)
      url = answered.headers!['location']!
      offset = 0
      void keepUrl(url)
    }
    for (;;) {
      const slice = whole.slice(offset, offset + sliceBytes)
      const answered = await send(
        'PATCH',
        `/api/v1/uploads/${url}`,
        { 'upload-offset': String(offset) },
        slice,
      )
      if (answered.status !== 204) return broken(answered)
      offset += slice.length
      progress(offset)
      if (offset >= whole.length) return ended(answered)
    }
  }
}

function codeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code
  } catch {
    return undefined // tus answers in plain text where it has no more to say
  }
}
