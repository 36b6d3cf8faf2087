-- why: organisations, staff accounts and their sessions
-- breaks running servers: no
-- module: staff

create table org (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('police', 'hotline', 'justice', 'agency')),
  parent text references org,
  division text
);

create table staff (
  id text primary key,
  account text not null unique,
  name text not null,
  badge text,
  roles text[] not null,
  org text not null references org,
  unit text,
  password text not null,
  is_demo boolean not null default false,
  wrong_tries int not null default 0,
  locked_until timestamptz
);

create table staff_session (
  token_hash text primary key,
  staff text not null references staff,
  opened_at timestamptz not null,
  ends_at timestamptz not null
);
create index staff_session_staff on staff_session (staff);
