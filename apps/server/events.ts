import type { EventContract } from '@open110/kit/event'
import * as desk from '@open110/modules/desk/events'
import * as dispatch from '@open110/modules/dispatch/events'
import * as unit from '@open110/modules/unit/events'
import * as evidence from '@open110/modules/evidence/events'
import * as incident from '@open110/modules/incident/events'
import * as report from '@open110/modules/report/events'
import * as thread from '@open110/modules/thread/events'

/** Everything that can be heard on the live connection, for the public catalogue. */
export const events: readonly EventContract[] = [desk, dispatch, evidence, incident, report, thread, unit].flatMap(
  (module) => Object.values(module) as unknown as EventContract[],
)
