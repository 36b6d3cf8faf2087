-- why: desks, their seats with heartbeats, and the policy of each with dates
-- breaks running servers: no
-- module: desk

create table desk (
  id text primary key,
  name text not null,
  division text not null,
  superior text
);

create table seat (
  desk text not null references desk,
  seat int not null check (seat between 1 and 999),
  staff text,
  staff_name text,
  signed_in_at timestamptz,
  last_beat_at timestamptz,
  was_stale boolean not null default false,
  primary key (desk, seat)
);
-- a person sits at one seat
create unique index seat_staff on seat (staff) where staff is not null;

create table desk_policy (
  desk text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  primary key (desk, valid_from)
);

-- what other modules may read of a desk
create view desk_name as select id, name, division from desk;
