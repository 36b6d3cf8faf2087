import { Unanswered } from '@open110/kit/client/call'
import { secondsAsked } from '@open110/kit/client/unanswered'
import { refuse } from '@open110/kit/refuse'
import type { Upload } from '@open110/core/outbox'

/** A slice that a slow 3G line carries in a few seconds: what is lost with a dropped line is at most this. */
const sliceBytes = 256 * 1024

/** 断点续传 — tus, one slice at a time. The code is fetched when the first file is sent, not with the first page. */
export function tusUpload(token: () => string | undefined): Upload {
  return async ({ report, file, bytes, keepUrl, progress, onStop }) => {
    const { Upload: Tus } = await import('tus-js-client')
    return new Promise((resolve, reject) => {
      const metadata: Record<string, string> = { report, filename: file.name, filetype: file.type }
      if (file.sha256) metadata['sha256'] = file.sha256
      let attachment: string | undefined
      const upload = new Tus(bytes as Blob, {
        endpoint: '/api/v1/uploads',
        ...(file.url ? { uploadUrl: file.url } : {}),
        metadata,
        chunkSize: sliceBytes,
        // The outbox waits and repeats; it alone knows what else wants to be sent.
        retryDelays: null,
        storeFingerprintForResuming: false,
        onBeforeRequest: (request) => {
          request.setHeader('authorization', `Bearer ${token() ?? ''}`)
        },
        onAfterResponse: (_, response) => {
          attachment = response.getHeader('open110-attachment') ?? attachment
        },
        onUploadUrlAvailable: () => {
          if (upload.url && upload.url !== file.url) void keepUrl(upload.url)
        },
        onChunkComplete: (_, accepted) => progress(accepted),
        onSuccess: () => resolve(attachment ? { attachment } : {}),
        onError: (error) => {
          const response = 'originalResponse' in error ? error.originalResponse : null
          const status = response?.getStatus()
          const refusal =
            status && status < 500 && status !== 429 ? refusalIn(response!.getBody()) : undefined
          if (status === 401) resolve(refuse('session.signed-out'))
          else if (refusal) resolve(refusal)
          else {
            const after = secondsAsked(response?.getHeader('retry-after'), response?.getHeader('date'))
            const asked = after === undefined ? {} : { retryAfterSeconds: after }
            const told = status ? { status, ...asked } : {}
            reject(new Unanswered('the upload broke off', { cause: error, ...told }))
          }
        },
      })
      onStop(() => {
        void upload.abort()
        reject(new Unanswered('the upload was paused'))
      })
      upload.start()
    })
  }
}

function refusalIn(body: string | undefined) {
  const problem = read(body) as { code?: unknown; facts?: Record<string, unknown> } | undefined
  return typeof problem?.code === 'string' ? refuse(problem.code, problem.facts ?? {}) : undefined
}

function read(body: string | undefined): unknown {
  try {
    return body ? JSON.parse(body) : undefined
  } catch {
    return undefined // tus answers in plain text where it has no more to say
  }
}
