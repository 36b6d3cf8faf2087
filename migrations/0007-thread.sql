-- why: the dialogue of a report, in an order that never has holes, with how far each side was given and has read it
-- breaks running servers: no
-- module: thread

create table thread (
  report text primary key,
  last_seq int not null default 0,
  citizen_delivered int not null default 0,
  citizen_read int not null default 0,
  citizen_delivered_at timestamptz,
  citizen_read_at timestamptz,
  desk_delivered int not null default 0,
  desk_read int not null default 0,
  desk_delivered_at timestamptz,
  desk_read_at timestamptz
);

create table message (
  id text primary key,
  report text not null,
  seq int not null,
  at timestamptz not null,
  sender text not null check (sender in ('citizen', 'desk', 'system')),
  by_staff text,
  by_name text,
  by_seat int,
  kind text not null,
  words text not null,
  attachment text,
  question text,
  option text,
  client_id text,
  unique (report, seq)
);
