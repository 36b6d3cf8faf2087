/** 视频通话 — refusals that any party to a call may be answered: the reporter, a guest, the desk, a unit. */
export const videoRefusals = {
  'refusal.video.not-found': '没有这次视频通话。',
  'refusal.video.over': '视频通话已经结束。',
  'refusal.video.off': '现在不能视频,可以用文字、照片和语音。',
  'refusal.video.invite-only': '视频由接警员发起,现在可以用文字、照片和语音。',
  'refusal.video.engine-away': '视频服务暂时不可用,文字和照片不受影响。',
  'refusal.video.link-invalid': '链接已失效或已被使用。',
  'refusal.video.role-invalid': '不能以这个身份加入。',
  'refusal.video.talk-off': '现在没有喊话。',
  'refusal.video.feed-away': '对方的画面还没有来。',
  'refusal.video.offer-invalid': '画面没有接通,正在重试。',
  'refusal.video.still-invalid': '这张画面没有收下。',
  'refusal.video.frame-missing': '这一刻没有画面,没有抓拍到。',
  'refusal.video.reason-missing': '请写明理由。',
} as const
