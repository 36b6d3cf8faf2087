/**
 * 权限表 — every route against everybody. 林秋 has sent the report and 赵敏 works on it; 城东-1 is sent to it.
 *   ✓ let in, whatever the answer · 401 no session · 403 not for this kind of person · 404 for them it does not exist
 * A route that is not in here, or a row that is no route, fails. `staff.logout` ends the sessions and stays the last.
 */
export const actors = [
  '林秋',
  '陈国强',
  '赵敏',
  '值班长',
  '绍兴',
  '绍兴值班长',
  '城东-1',
  '城东-2',
  '12345',
  '无人',
] as const
export type Actor = (typeof actors)[number]
const table = `
  operation               林秋 陈国强 赵敏 值班长 绍兴 绍兴值班长 城东-1 城东-2 12345 无人
  session.open            ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  staff.login             ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  place.resolve           ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  report.tags             ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  report.by-code          ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  server.health           ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓

  person.me               ✓    ✓    403  403  403  403  403  403  403  401
  person.save-profile     ✓    ✓    403  403  403  403  403  403  403  401
  person.set-pins         ✓    ✓    403  403  403  403  403  403  403  401
  person.request-code     ✓    ✓    403  403  403  403  403  403  403  401
  person.verify-phone     ✓    ✓    403  403  403  403  403  403  403  401
  report.send             ✓    ✓    403  403  403  403  403  403  403  401
  report.list             ✓    ✓    403  403  403  403  403  403  403  401
  report.supplement       ✓    404  404  404  404  404  404  404  404  401
  report.ask-withdraw     ✓    404  404  404  404  404  404  404  404  401
  report.urge             ✓    404  404  404  404  404  404  404  404  401
  report.rate             ✓    404  404  404  404  404  404  404  404  401
  report.contest          ✓    404  404  404  404  404  404  404  404  401
  report.reach            ✓    404  404  404  404  404  404  404  404  401

  report.get              ✓    404  ✓    ✓    404  404  404  404  404  401
  message.list            ✓    404  ✓    ✓    404  404  404  404  404  401
  message.send            ✓    404  ✓    ✓    404  404  404  404  404  401
  message.mark            ✓    404  ✓    ✓    404  404  404  404  404  401
  attachment.list         ✓    404  ✓    ✓    404  404  404  404  404  401
  attachment.attach       ✓    404  ✓    ✓    404  404  404  404  404  401
  attachment.view         ✓    404  ✓    ✓    404  404  ✓    404  404  401
  attachment.original     404  404  404  ✓    404  404  404  404  404  401

  report.withdrawals      404  404  ✓    ✓    404  404  404  404  404  401
  report.decide-withdraw  404  404  ✓    ✓    404  404  404  404  404  401
  contact.of-report       404  404  ✓    ✓    404  404  404  404  404  401
  contact.set             404  404  ✓    ✓    404  404  404  404  404  401
  contact.override        404  404  ✓    ✓    404  404  404  404  404  401
  contact.confirm         404  404  ✓    ✓    404  404  404  404  404  401
  contact.end-override    404  404  ✓    ✓    404  404  404  404  404  401
  contact.of-desk         404  404  ✓    ✓    404  404  404  404  404  401

  message.ask             404  404  ✓    ✓    404  404  404  404  404  401
  report.receive          404  404  ✓    ✓    404  404  404  404  404  401
  report.take             404  404  ✓    ✓    404  404  404  404  404  401
  report.answer-urge      404  404  ✓    ✓    404  404  404  404  404  401
  followup.list           403  403  ✓    ✓    ✓    ✓    403  403  403  401
  followup.open           404  404  ✓    ✓    404  404  404  404  404  401
  followup.attempt        404  404  ✓    ✓    404  404  404  404  404  401
  followup.move           404  404  ✓    ✓    404  404  404  404  404  401
  followup.ratings-of     404  404  ✓    ✓    404  404  404  404  404  401
  report.move             404  404  ✓    ✓    404  404  404  404  404  401
  incident.similar        404  404  ✓    ✓    404  404  404  404  404  401
  incident.accept         403  403  ✓    ✓    404  404  403  403  403  401
  incident.get            404  404  ✓    ✓    404  404  ✓    404  404  401
  incident.list           403  403  ✓    ✓    ✓    ✓    403  403  403  401
  incident.move           404  404  ✓    ✓    404  404  404  404  404  401
  incident.correct        404  404  ✓    ✓    404  404  404  404  404  401
  incident.merge-report   404  404  ✓    ✓    404  404  404  404  404  401
  incident.unmerge-report 404  404  ✓    ✓    404  404  404  404  404  401
  incident.merge          404  404  ✓    ✓    404  404  404  404  404  401
  incident.unmerge        404  404  ✓    ✓    404  404  404  404  404  401
  incident.pin-view       404  404  ✓    ✓    404  404  404  404  404  401
  incident.lock           404  404  ✓    ✓    404  404  404  404  404  401
  incident.unlock         404  404  ✓    ✓    404  404  404  404  404  401
  incident.counts         403  403  ✓    ✓    ✓    ✓    403  403  403  401
  thread.broadcast        404  404  ✓    ✓    404  404  404  404  404  401
  escalation.ask          404  404  ✓    ✓    404  404  404  404  404  401
  escalation.of-incident  404  404  ✓    ✓    404  404  404  404  404  401
  escalation.move         404  404  ✓    ✓    404  404  404  404  404  401
  escalation.list         403  403  ✓    ✓    ✓    ✓    403  403  403  401
  exposure.open           403  403  ✓    ✓    404  404  403  403  403  401
  exposure.renew          404  404  ✓    404  404  404  404  404  404  401
  exposure.close          404  404  ✓    404  404  404  404  404  404  401
  exposure.mine           403  403  ✓    ✓    ✓    ✓    403  403  403  401
  exposure.figures        403  403  403  ✓    403  ✓    403  403  403  401

  dispatch.suggest        404  404  ✓    ✓    404  404  404  404  404  401
  dispatch.issue          404  404  ✓    ✓    404  404  404  404  404  401
  dispatch.slips          404  404  ✓    ✓    404  404  404  404  404  401
  dispatch.move           404  404  ✓    ✓    404  404  ✓    404  404  401
  dispatch.board          403  403  ✓    ✓    ✓    ✓    403  403  403  401
  dispatch.backups        403  403  ✓    ✓    ✓    ✓    403  403  403  401
  dispatch.backup         404  404  404  404  404  404  ✓    404  404  401
  dispatch.decline-backup 404  404  ✓    ✓    404  404  404  404  404  401
  dispatch.urge           404  404  ✓    ✓    404  404  404  404  404  401
  dispatch.say            404  404  ✓    ✓    404  404  ✓    404  404  401
  dispatch.acknowledge    404  404  ✓    ✓    404  404  ✓    404  404  401
  dispatch.conclude       404  404  ✓    ✓    404  404  404  404  404  401
  feedback.form           403  403  ✓    ✓    ✓    ✓    ✓    ✓    403  401
  feedback.write          404  404  404  404  404  404  ✓    404  404  401
  feedback.move           404  404  ✓    ✓    404  404  ✓    404  404  401
  feedback.sums           403  403  ✓    ✓    ✓    ✓    403  403  403  401
  unit.panic              404  404  404  404  404  404  ✓    404  404  401
  unit.panic-acknowledge  404  404  ✓    ✓    404  404  404  404  404  401
  unit.panic-end          404  404  ✓    ✓    404  404  ✓    404  404  401
  unit.panics             403  403  ✓    ✓    ✓    ✓    403  403  403  401
  unit.list               403  403  ✓    ✓    ✓    ✓    403  403  403  401
  unit.mine               403  403  403  403  403  403  ✓    ✓    403  401
  unit.fix                404  404  404  404  404  404  ✓    404  404  401
  unit.state              404  404  ✓    ✓    404  404  ✓    404  404  401
  unit.start-shift        404  404  ✓    ✓    404  404  ✓    404  404  401
  unit.end-shift          404  404  ✓    ✓    404  404  ✓    404  404  401
  unit.track              404  404  404  ✓    404  404  404  404  404  401
  unit.roster             403  403  ✓    ✓    ✓    ✓    403  403  403  401

  deadline.board          403  403  ✓    ✓    ✓    ✓    403  403  403  401
  deadline.of-incident    404  404  ✓    ✓    404  404  404  404  404  401
  deadline.pause          404  404  404  ✓    404  404  404  404  404  401
  deadline.resume         404  404  404  ✓    404  404  404  404  404  401
  deadline.policy         403  403  403  ✓    403  ✓    403  403  403  401
  deadline.set-policy     403  403  403  ✓    403  ✓    403  403  403  401
  deadline.buckets        403  403  ✓    ✓    ✓    ✓    403  403  403  401
  closure.board           403  403  ✓    ✓    ✓    ✓    403  403  403  401
  closure.invariants      403  403  ✓    ✓    ✓    ✓    403  403  403  401

  place.outlines          404  404  ✓    ✓    404  404  ✓    ✓    404  401
  desk.seats              404  404  ✓    ✓    404  404  404  404  404  401
  desk.queue              404  404  ✓    ✓    404  404  404  404  404  401
  desk.sign-in            404  404  ✓    ✓    404  404  404  404  404  401
  desk.handover-sheet     404  404  ✓    ✓    404  404  404  404  404  401
  desk.handover           404  404  ✓    ✓    404  404  404  404  404  401
  desk.move-handover      404  404  ✓    ✓    404  404  404  404  404  401
  desk.handovers          404  404  ✓    ✓    404  404  404  404  404  401
  desk.sign-out           404  404  ✓    ✓    404  404  404  404  404  401

  channel.calls           404  404  ✓    ✓    404  404  404  404  404  401
  channel.answer          404  404  ✓    ✓    404  404  404  404  404  401
  channel.hang-up         404  404  ✓    ✓    404  404  404  404  404  401
  channel.call-back       404  404  ✓    ✓    404  404  404  404  404  401
  channel.statement       404  404  ✓    ✓    404  404  404  404  404  401
  channel.walk-in         404  404  ✓    ✓    404  404  404  404  404  401
  channel.line            404  404  ✓    ✓    404  404  404  404  404  401
  channel.devices         404  404  ✓    ✓    404  404  404  404  404  401
  channel.add-device      404  404  404  404  404  404  404  404  404  401
  channel.alarm           404  404  404  404  404  404  404  404  404  404
  channel.device-beat     404  404  404  404  404  404  404  404  404  404
  channel.agency-report   403  403  403  403  403  403  403  403  ✓    401
  channel.agency-reports  403  403  403  403  403  403  403  403  ✓    401
  channel.agency-report-get 404  404  404  404  404  404  404  404  404  401
  channel.counts          404  404  ✓    ✓    404  404  404  404  404  401

  video.here              ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓    ✓
  video.rules             ✓    404  404  404  404  404  404  404  404  401
  video.start             ✓    404  404  404  404  404  404  404  404  401
  video.invite            404  404  ✓    ✓    404  404  404  404  404  401
  video.link              404  404  ✓    ✓    404  404  404  404  404  401
  video.look-at-link      ✓    ✓    403  403  403  403  403  403  403  401
  video.redeem            ✓    ✓    403  403  403  403  403  403  403  401
  video.join              ✓    404  ✓    ✓    404  404  ✓    404  404  401
  video.leave             404  404  404  404  404  404  404  404  404  401
  video.move              ✓    404  ✓    ✓    404  404  ✓    404  404  401
  video.publish           ✓    404  404  404  404  404  404  404  404  401
  video.push              ✓    404  404  404  404  404  404  404  404  401
  video.watch             ✓    404  404  404  404  404  404  404  404  401
  video.watch-answer      404  404  404  404  404  404  404  404  404  401
  video.still             ✓    404  404  404  404  404  404  404  404  401
  video.open-still        404  404  ✓    ✓    404  404  ✓    404  404  401
  video.step              ✓    404  404  404  404  404  404  404  404  401
  video.talk              404  404  ✓    ✓    404  404  404  404  404  401
  video.hint              404  404  ✓    ✓    404  404  404  404  404  401
  video.snapshot          404  404  ✓    ✓    404  404  ✓    404  404  401
  video.mark-abuse        404  404  ✓    ✓    404  404  404  404  404  401
  video.finding           404  404  404  ✓    404  404  404  404  404  401
  video.get               ✓    404  ✓    ✓    404  404  ✓    404  404  401
  video.of-report         ✓    404  ✓    ✓    404  404  404  404  404  401
  video.of-incident       404  404  ✓    ✓    404  404  ✓    404  404  401
  video.of-desk           404  404  ✓    ✓    404  404  404  404  404  401
  video.recording         404  404  ✓    ✓    404  404  404  404  404  401

  staff.me                403  403  ✓    ✓    ✓    ✓    ✓    ✓    ✓    401
  staff.logout            403  403  ✓    ✓    ✓    ✓    ✓    ✓    ✓    401
`
const [first, ...rows] = table
  .split('\n')
  .filter((row) => row.trim() !== '')
  .map((row) => row.trim().split(/\s+/))
/** The first line of the table: whose columns they are. */
export const header = first
/** What each operation does with each of them. */
export const doors = new Map(rows.map(([name = '', ...marks]) => [name, marks] as const))
