/** What the reporter's phone says of the tags, beside a phone call, and of asking to withdraw. */
export const silent = {
  'tag-tell.kidnap': '先顺着对方,记住路线和声音。',
  'tag-tell.robbery': '东西给他,人离远。',
  'tag-tell.fire': '低身往外走,门烫就别开,湿布捂住口鼻。',
  'tag-tell.burglary': '躲进能反锁的房间,离开门窗。',
  'tag-tell.domestic-violence': '离开厨房,靠近能出去的门。',
  'tag-tell.followed': '往人多、亮的地方走,不要回家。',
  'tag-tell.hijack': '坐稳,不要去抢方向盘。',
  'tag-tell.pyramid-control': '先答应他们,不要当面争。',
  'tag-tell.none': '先保证安全。方便时再写。',

  'brief.yes': '是',
  'brief.no': '否',
  'brief.not-now': '现在不方便',

  'beside.title': '正在打110?把这个码念给接警员',
  'beside.about': '念后四位就够。接警员按它找到您的位置。',
  'beside.whole': '完整的码 {code}',
  'beside.unsent': '还没有送到。送到后这里会出现四位码,念给接警员。',

  'withdraw.ask': '撤回',
  'withdraw.about': '撤回要由接警员同意。没有设过密码可以直接提交。',
  'withdraw.pin': '密码',
  'withdraw.typed': '已输入 {count} 位',
  'withdraw.back-one': '退格',
  'withdraw.send': '提交',
  'withdraw.cancel': '不撤回',
  'withdraw.asked': '已提出撤回',
  'withdraw.asked-about': '接警员会看到。在此之前照常处理。',
  'withdraw.leave': '返回',

  'pins.title': '撤回密码',
  'pins.about':
    '撤回报警时输入撤回密码,接警员才会考虑撤回。被人逼着撤回时,输入胁迫密码:屏幕上看起来一样,接警员知道您身不由己,会继续派警。两个密码都是4到6位数字,不能相同。请记在心里,不要写在手机上。',
  'pins.pin': '撤回密码',
  'pins.duress': '胁迫密码',
  'pins.old': '原撤回密码',
  'pins.old-about': '没有设过就空着。',
  'pins.save': '设置密码',
  'pins.saved': '已提交',
  'pins.saved-about': '原密码不对时,仍用原来的两个密码。',
  'pins.four': '密码是4到6位数字。',
  'pins.same': '两个密码不能相同。',
} as const

/** What the desk reads of a silent tag. */
export const silentDesk = {
  'silent-tag.none': '未选标签',
  'silent-tag.holds': '按静默标签“{tag}”:{category} · {level}。不改就按此受理。',
  'silent-tag.chosen': '静默标签“{tag}”,已改选类别',
  'silent-tag.send': '默认指令:{send}',
  'tag-send.kidnap': '派刑侦与就近警力,不鸣警笛,不回拨',
  'tag-send.robbery': '派就近巡逻警力,封控去向,不回拨',
  'tag-send.fire': '派就近警力并通知119、120,不回拨',
  'tag-send.burglary': '派就近警力两组,不鸣警笛,先控出口',
  'tag-send.domestic-violence': '派就近警力,敲门以他事为由,先分开双方',
  'tag-send.followed': '派就近巡逻警力按最新定位靠近,调沿途监控',
  'tag-send.hijack': '派交警与特警沿途布控,不截停于人多处',
  'tag-send.pyramid-control': '派辖区派出所与经侦,便衣先看守出入口',
  'tag-send.none': '派就近警力按定位上门,不鸣警笛,不回拨',
} as const
