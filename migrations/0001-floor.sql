-- why: the event log that live delivery reads, and the answers kept for repeated presses of one button
-- breaks running servers: no
-- module: kit

create table event (
  cursor bigint primary key,
  type text not null,
  version int not null,
  at timestamptz not null,
  topics text[] not null,
  hearers text[] not null,
  data jsonb not null
);
-- screen: every live view, catching up after it was away
create index event_topics on event using gin (topics);

create table event_forgotten (one boolean primary key default true check (one), up_to bigint not null default 0);
insert into event_forgotten default values;

create table kept_answer (
  id text primary key,
  body_hash text not null,
  status int not null,
  answer jsonb,
  at timestamptz not null
);
