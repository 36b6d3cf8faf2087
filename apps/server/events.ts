import type { EventContract } from '@open110/kit/event'
import * as closure from '@open110/modules/closure/events'
import * as deadline from '@open110/modules/deadline/events'
import * as channel from '@open110/modules/channel/events'
import * as desk from '@open110/modules/desk/events'
import * as dispatch from '@open110/modules/dispatch/events'
import * as escalation from '@open110/modules/escalation/events'
import * as exposure from '@open110/modules/exposure/events'
import * as evidence from '@open110/modules/evidence/events'
import * as followup from '@open110/modules/followup/events'
import * as incident from '@open110/modules/incident/events'
import * as report from '@open110/modules/report/events'
import * as thread from '@open110/modules/thread/events'
import * as video from '@open110/modules/video/events'
import * as unit from '@open110/modules/unit/events'

/** Everything that can be heard on the live connection, for the public catalogue. */
export const events: readonly EventContract[] = [
  channel,
  closure,
  deadline,
  desk,
  dispatch,
  escalation,
  exposure,
  evidence,
  followup,
  incident,
  report,
  thread,
  unit,
  video,
].flatMap((module) => Object.values(module) as unknown as EventContract[])
