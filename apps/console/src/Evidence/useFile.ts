import { useEffect, useState } from 'react'
import { useDesk } from '../Desk/desk.tsx'

/** A file behind the token as an address for an image or player; `undefined` while it comes, `none` when it does not. */
export function useFile(path: string | undefined): string | 'none' | undefined {
  const { fetchFile } = useDesk()
  const [found, setFound] = useState<{ path: string; url: string }>()
  useEffect(() => {
    if (path === undefined) return
    let url: string | undefined
    let isGone = false
    void fetchFile(path).then((blob) => {
      if (isGone) return
      url = blob ? URL.createObjectURL(blob) : 'none'
      setFound({ path, url })
    })
    return () => {
      isGone = true
      if (url && url !== 'none') URL.revokeObjectURL(url)
    }
  }, [fetchFile, path])
  return found && found.path === path ? found.url : undefined
}
