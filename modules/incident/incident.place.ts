import * as z from 'zod/mini'
import { refuse, type Refusal } from '@open110/kit/refuse'
import { normaliseFix } from '@open110/modules/place/fix'
import { IncidentPlace } from './incident.ts'

/** 地点 — as somebody gives it who works on the incident: in words, as a point that names its datum, or both. */
export const GivenPlace = z.extend(z.omit(IncidentPlace, { raw: true }), {
  from: z._default(IncidentPlace.shape.from, 'desk'),
  pin: z.optional(
    z.object({
      lng: z.number(),
      lat: z.number(),
      crs: z.optional(z.string()),
      accuracyMetres: z.optional(z.number()),
    }),
  ),
})
export type GivenPlace = z.infer<typeof GivenPlace>

/** The place as it is kept: the pin as it came, and its WGS-84 beside it (contract: coordinates). */
export function placeFrom({ pin, ...place }: GivenPlace): IncidentPlace | Refusal<'place.datum-missing'> {
  if (!pin) return place
  const { state, raw, crs, wgs84, accuracyMetres = place.accuracyMetres } = normaliseFix(pin)
  if (state === 'datum-unknown') return refuse('place.datum-missing', { crs: pin.crs?.slice(0, 20) })
  return wgs84 ? { ...place, wgs84, raw: { ...raw, crs }, accuracyMetres } : place
}
