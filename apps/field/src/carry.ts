import { Unanswered } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import type { Carry } from './parcels.state.ts'

/** A slice that a slow line carries in a few seconds: what is lost with a dropped line is at most this. */
const sliceBytes = 256 * 1024

/** 断点续传 — tus, one slice at a time. The code is fetched when the first file is sent, not with the first page. */
export function tusCarry(token: () => string | undefined): Carry {
  return async ({ parcel, bytes, keepUrl, progress }) => {
    const { Upload } = await import('tus-js-client').catch((cause: unknown) => {
      throw new Unanswered('the uploader is not here yet', { cause })
    })
    const { fix } = parcel
    return new Promise((resolve, reject) => {
      const upload = new Upload(bytes, {
        endpoint: '/api/v1/uploads',
        ...(parcel.url ? { uploadUrl: parcel.url } : {}),
        metadata: {
          incident: parcel.incident,
          filename: parcel.name,
          filetype: parcel.type,
          'taken-at': parcel.madeAt,
          ...(fix ? { 'taken-fix': `${fix.lng},${fix.lat},${fix.crs},${fix.accuracyMetres}` } : {}),
        },
        chunkSize: sliceBytes,
        // The phone's own queue waits and repeats; it alone knows what else wants to be sent.
        retryDelays: null,
        storeFingerprintForResuming: false,
        onBeforeRequest: (request) => {
          request.setHeader('authorization', `Bearer ${token() ?? ''}`)
        },
        onUploadUrlAvailable: () => {
          if (upload.url && upload.url !== parcel.url) void keepUrl(upload.url)
        },
        onChunkComplete: (_, accepted) => progress(accepted),
        onSuccess: () => resolve(undefined),
        onError: (error) => {
          const response = 'originalResponse' in error ? error.originalResponse : undefined
          const code = codeIn(response?.getBody())
          const status = response?.getStatus() ?? 0
          if (code && status < 500 && status !== 429 && code !== 'session.signed-out') resolve(refuse(code))
          else reject(new Unanswered('the upload broke off', { cause: error }))
        },
      })
      upload.start()
    })
  }
}

function codeIn(body: string | undefined): string | undefined {
  try {
    const { code } = JSON.parse(body ?? '') as { code?: unknown }
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined // tus answers in plain text where it has no more to say
  }
}
