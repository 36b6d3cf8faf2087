import {
  Backpack,
  CarFront,
  DoorOpen,
  Ellipsis,
  Flame,
  Footprints,
  Hand,
  House,
  Lock,
  Mountain,
  Users,
} from 'lucide-react'
import type { TagIcon as Name } from '@open110/modules/report/tags'

const drawings = {
  captive: Lock,
  robbery: Hand,
  fire: Flame,
  door: DoorOpen,
  home: House,
  followed: Footprints,
  vehicle: CarFront,
  group: Users,
  child: Backpack,
  mountain: Mountain,
  help: Ellipsis,
} as const satisfies Record<Name, unknown>

/** A thin stroke in the colour of the words; never filled, never lit. */
export function TagIcon({ name }: { name: Name }) {
  const Drawing = drawings[name]
  return <Drawing size={20} strokeWidth={1.75} aria-hidden />
}
