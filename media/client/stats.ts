/** What the browser tells of a line, as far as anybody here asks. */
export type Heard = {
  /** Grows with whatever comes in: media, feedback of the other side, and its answers to the line's own knocking. */
  readonly received: number
  /** Grows with media that comes in. */
  readonly mediaReceived: number
  readonly mediaSent: number
  readonly availableKbps?: number
  /** Of what was sent, what the other side has not got, 0…1. */
  readonly lost?: number
  readonly roundTripMs?: number
}

type Row = Record<string, unknown> & { type: string }

export async function readStats(connection: RTCPeerConnection): Promise<Heard> {
  const report = await connection.getStats()
  const rows: Row[] = []
  report.forEach((row: Row) => rows.push(row))
  const sum = (type: string, ...fields: string[]) =>
    rows
      .filter((row) => row.type === type)
      .reduce((all, row) => all + fields.reduce((of, field) => of + number(row[field]), 0), 0)
  const pair = rows.find((row) => row.type === 'candidate-pair' && row['nominated'] === true)
  const available = pair?.['availableOutgoingBitrate']
  const remote = rows.find((row) => row.type === 'remote-inbound-rtp' && row['kind'] === 'video')
  const roundTrip = pair?.['currentRoundTripTime']
  return {
    received: sum('candidate-pair', 'bytesReceived', 'responsesReceived', 'requestsReceived'),
    mediaReceived: sum('inbound-rtp', 'bytesReceived'),
    mediaSent: sum('outbound-rtp', 'bytesSent'),
    ...(typeof available === 'number' ? { availableKbps: available / 1_000 } : {}),
    ...(remote && typeof remote['fractionLost'] === 'number' ? { lost: remote['fractionLost'] } : {}),
    ...(typeof roundTrip === 'number' ? { roundTripMs: roundTrip * 1_000 } : {}),
  }
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
