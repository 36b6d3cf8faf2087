import type { RequestListener } from 'node:http'
import { openUploadsAlone } from '../../modules/evidence/evidence.uploads.fake.ts'
import { refuseWhenFull } from '../../modules/evidence/evidence.vault.ts'

/** Landing, digests and sealing as in the program; who asks and what is written down afterwards cost nothing here. */
export async function ours(folder: string): Promise<RequestListener> {
  const uploads = await openUploadsAlone({ folder, room: (bytes) => refuseWhenFull(folder, bytes, 0) })
  return (request, response) => void uploads.handle(request, response)
}
