-- why: who answers for which ground; outlines are data with a source, a datum and dates
-- breaks running servers: no
-- module: place

create table jurisdiction (
  id text primary key,
  kind text not null,
  code text not null,
  name text not null,
  priority int not null,
  desk text not null,
  station text,
  station_code text,
  -- rings of 1e-7 degree in WGS-84, packed as text (place.outline.ts)
  shape text not null,
  source text not null,
  is_demo boolean not null,
  valid_from timestamptz not null,
  valid_to timestamptz
);

create table station (
  id text primary key,
  name text not null,
  county text not null,
  desk text not null,
  lng double precision not null,
  lat double precision not null,
  is_demo boolean not null
);
