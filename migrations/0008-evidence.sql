-- why: sealed originals with both digests, and what became of their copies
-- breaks running servers: no
-- module: evidence

create table attachment (
  id text primary key,
  report text not null,
  citizen text not null,
  desk text not null,
  -- digest of the report and the content: the same bytes for the same report are one attachment
  press text not null unique,
  kind text not null,
  mime text not null,
  bytes bigint not null,
  sha256 text not null,
  sm3 text not null,
  declared_sha256 text,
  filename_sealed text,
  state text not null,
  view text not null default 'pending',
  view_mime text,
  duration_seconds double precision,
  warnings text[] not null default '{}',
  by_side text not null,
  at timestamptz not null,
  view_tries int not null default 0
);
create index attachment_report on attachment (report, at);
-- job: originals that still need a copy for looking at
create index attachment_pending on attachment (at) where view = 'pending';
