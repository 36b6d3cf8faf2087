/** Stands before video (SH-12), also on a phone that has not reached the server yet; a change of it is a new `warningVersion`. */
export const videoWarning = {
  'video.warning':
    '视频会让接警员看到、听到现场,并全程录像作为证据。谎报警情、滥用视频报警,依照《治安管理处罚法》承担法律责任。请先保证自己安全,不要为了拍摄靠近危险。',
} as const

/** 视频通话 — what the server itself says: who is in a call, the text with the link, the warning before it (SH-12). */
export const video = {
  'video.name.reporter': '报警人',
  'video.name.unit': '出警民警',
  'video.name.interpreter': '翻译',
  'video.name.sign-relay': '手语翻译',
  'video.name.seat': '{seat}号席',
  'video.text': '110:请点开链接,让接警员看到现场。{minutes}分钟内有效,只能用一次:{url}',
  ...videoWarning,
} as const
