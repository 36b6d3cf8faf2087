import type { Named } from '@open110/kit/server/health'

/** 降级名录 — every loss that the house can name: how grave, how soon it is said and taken back, and in what words. */
export const losses = {
  'database.unavailable': {
    severity: 'critical',
    raiseAfter: 1,
    clearAfter: 2,
    zh: '数据库没有回答,现在收不下新的报警。',
    en: 'The database does not answer; no report can be kept now.',
  },
  'database.read-only': {
    severity: 'critical',
    raiseAfter: 1,
    clearAfter: 2,
    zh: '数据库只能读不能写,现在收不下新的报警。',
    en: 'The database only reads; no report can be kept now.',
  },
  'database.slow': {
    severity: 'major',
    raiseAfter: 3,
    clearAfter: 5,
    zh: '数据库写入变慢,送达和接收都会晚一些。',
    en: 'The database commits slowly; everything comes later.',
  },
  'disk.nearly-full': {
    severity: 'major',
    raiseAfter: 1,
    clearAfter: 3,
    zh: '数据盘快满了;满了以后收不下新的报警。',
    en: 'The data disk is nearly full; once it is, no report can be kept.',
  },
  'media.nearly-full': {
    severity: 'major',
    raiseAfter: 1,
    clearAfter: 3,
    zh: '媒体盘快满了,新的照片和视频可能收不下;文字报警照常。',
    en: 'The media disk is nearly full; attachments may be refused, text reports are taken.',
  },
  'media.store-down': {
    severity: 'major',
    raiseAfter: 2,
    clearAfter: 3,
    zh: '媒体库写不进去,照片和视频收不下;文字报警照常。',
    en: 'The media store cannot be written; attachments are refused, text reports are taken.',
  },
  'desk.none-live': {
    severity: 'critical',
    raiseAfter: 2,
    clearAfter: 1,
    zh: '有报警在等或负责兜底的接警台,现在没有人在席。',
    en: 'At a desk where reports wait, or at the duty desk, no seat is live.',
  },
  'clock.wrong': {
    severity: 'major',
    raiseAfter: 1,
    clearAfter: 2,
    zh: '服务器的时钟不对,新记录的时间可能不准。',
    en: 'The server’s clock is wrong; moments recorded now may be off.',
  },
  'log.held-back': {
    severity: 'major',
    raiseAfter: 2,
    clearAfter: 2,
    zh: '有一笔没有结束的事务挡住了消息,屏幕上的内容会晚到。',
    en: 'An open transaction holds back what was committed; screens are late.',
  },
  'evidence.copyist': {
    severity: 'minor',
    raiseAfter: 1,
    clearAfter: 1,
    zh: '不能做照片的查看副本;原件照收照存。',
    en: 'No view copies of pictures can be made; originals are kept.',
  },
  'evidence.ffmpeg': {
    severity: 'minor',
    raiseAfter: 1,
    clearAfter: 1,
    zh: '没有 ffmpeg,部分音视频没有查看副本;原件照收照存。',
    en: 'Without ffmpeg some clips have no view copy; originals are kept.',
  },
  'evidence.jail': {
    severity: 'minor',
    raiseAfter: 1,
    clearAfter: 1,
    zh: '处理外来文件的程序没有完全隔离。',
    en: 'What works on strangers’ files is not fully locked in.',
  },
} as const satisfies Readonly<Record<string, Named & { zh: string; en: string }>>
export type Loss = keyof typeof losses
