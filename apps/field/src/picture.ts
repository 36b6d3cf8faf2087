import { view } from '@open110/modules/evidence/api'

/** Opens a copy for looking at. The door wants the session, so an `<img src>` of its own cannot ask. */
export type OpenPicture = (attachment: string, part: 'thumb' | 'view') => Promise<string>

export function pictureOpener(token: () => string | undefined): OpenPicture {
  return async (attachment, part) => {
    const path = view.at.split(' ')[1]!.replace(':attachment', encodeURIComponent(attachment))
    const answer = await fetch(`${path}?part=${part}`, {
      headers: { authorization: `Bearer ${token() ?? ''}` },
      credentials: 'omit',
    })
    if (!answer.ok) throw new Error(`the picture was not given: ${answer.status}`)
    return URL.createObjectURL(await answer.blob())
  }
}
