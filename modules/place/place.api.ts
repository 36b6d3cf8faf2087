import * as z from 'zod/mini'
import { route } from '@open110/kit/route'

const Name = z.object({ code: z.string(), name: z.string() })
const DeskName = z.object({ id: z.string(), name: z.string() })

export const resolve = route({
  name: 'place.resolve',
  at: 'GET /api/v1/places/resolve',
  means:
    'Which division, station and desk answer for a point; alternatives when the accuracy circle crosses a border.',
  who: ['anyone'],
  asks: z.object({
    lng: z.string(),
    lat: z.string(),
    crs: z.optional(z.string()),
    accuracyMetres: z.optional(z.string()),
  }),
  gives: z.object({
    how: z.enum(['inside', 'nearest', 'none']),
    division: z.nullable(Name),
    station: z.optional(Name),
    desk: z.nullable(DeskName),
    share: z.number(),
    /** How far outside the nearest outline the point lies. */
    offshoreMetres: z.optional(z.number()),
    wgs84: z.object({ lng: z.number(), lat: z.number() }),
    alternatives: z.array(z.object({ division: Name, desk: DeskName, share: z.number() })),
  }),
  refuses: ['place.datum-missing', 'place.datum-invalid', 'place.point-invalid', 'place.fix-missing'],
  admission: 'content',
})

export const outlines = route({
  name: 'place.outlines',
  at: 'GET /api/v1/desks/:desk/outlines',
  means:
    'The outlines a desk answers for, as GeoJSON in WGS-84, for its own map only. They say whether they are demo data.',
  who: ['desk.see', 'unit.see'],
  gives: z.object({
    isDemo: z.boolean(),
    provenance: z.string(),
    geojson: z.unknown(),
    stations: z.array(z.object({ name: z.string(), lng: z.number(), lat: z.number() })),
  }),
  refuses: ['desk.not-found'],
  admission: 'content',
})
