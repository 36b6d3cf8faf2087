/** Above this the phone would have to hold the whole clip in memory; the server computes the digest anyway. */
const largestBytes = 64 * 1024 * 1024

/** SHA-256 of a file in hex; nothing where the browser has no WebCrypto (a page without https) or the clip is large. */
export async function sha256Of(file: Blob): Promise<string | undefined> {
  if (typeof crypto === 'undefined' || !crypto.subtle || file.size > largestBytes) return undefined
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
