import { JanusRefusal, type JanusLine } from './line.ts'

/** Janus's numbers for a room that is not there, and for one that is. */
const noRoom = 426
const isRoom = 427

/** Opens the room in Janus and gives the handle that rules over it. */
export async function createRoom(
  line: JanusLine,
  ask: { room: string; journalThere: string; maxVideoKbps: number },
): Promise<number> {
  const { room } = ask
  const control = await line.attach()
  const create = {
    request: 'create',
    room,
    is_private: true,
    publishers: 100,
    bitrate: ask.maxVideoKbps * 1_000,
    bitrate_cap: true,
    audiocodec: 'opus',
    videocodec: 'vp8,h264',
    record: false, // line by line, with the names that we give
    rec_dir: ask.journalThere,
    lock_record: true,
  }
  try {
    await line.ask(control, create)
  } catch (fault) {
    // Left over from a line that has ended; nobody of it can still be there.
    if (!(fault instanceof JanusRefusal && fault.code === isRoom)) throw fault
    await line.ask(control, { request: 'destroy', room })
    await line.ask(control, create)
  }
  return control
}

/** Ends a room that an earlier line has left, so that its files are closed. */
export async function destroyRoom(line: JanusLine, room: string): Promise<void> {
  const control = await line.attach()
  await line.ask(control, { request: 'destroy', room }).catch((fault: unknown) => {
    if (!(fault instanceof JanusRefusal && fault.code === noRoom)) throw fault
  })
  await line.detach(control)
}
