-- why: how long each person looks at what strangers filmed is counted, so that they can be relieved
-- breaks running servers: no
-- module: exposure

create table exposure (
  id text primary key,
  staff text not null,
  org text not null,
  -- as it was when they looked
  name text not null,
  kind text not null,
  object text not null,
  report text not null,
  opened_at timestamptz not null,
  renewed_at timestamptz not null,
  closed_at timestamptz
);
-- screen: 督察 — the figures of a shift
create index exposure_of_org on exposure (org, renewed_at);
create index exposure_open on exposure (staff, object) where closed_at is null;
