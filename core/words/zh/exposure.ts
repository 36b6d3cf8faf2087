/** 敏感内容 — what the desk reads of pictures that stay covered until somebody opens them. */
export const exposure = {
  'exposure.covered': '图像已遮挡,点开后再看。点开和收起都会计时。',
  'exposure.title': '敏感内容查看时长',
  'exposure.limit': '本班(12小时)· 建议不超过 {minutes} 分钟',
  'exposure.loading': '正在读取查看记录……',
  'exposure.empty': '本班还没有人打开过现场图像。',
  'exposure.denied': '只有值班长可以看全席的查看时长。',
  'exposure.again': '重新读取',
  'exposure.minutes': '{minutes} 分钟',
  'exposure.more': '{views} 次 · 最长 {longest} 分钟 · 最近 {ago}前',
  'exposure.rest': '建议轮换',
  'exposure.mine': '本班你已查看现场图像 {minutes} 分钟,共 {views} 次。',
  'exposure.mine-long': '本班你已查看现场图像 {minutes} 分钟,共 {views} 次。可以请值班长安排轮换。',
  'refusal.exposure.not-found': '没有这条查看记录。',
} as const
