-- why: the clocks that run for somebody, the policy they follow, and the days on which there is work
-- breaks running servers: no
-- module: deadline

create table deadline_policy (
  desk text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  set_by text not null,
  primary key (desk, valid_from)
);

create table deadline (
  id text primary key,
  clock text not null,
  subject_kind text not null,
  subject text not null,
  report text,
  incident text,
  desk text not null,
  owner_kind text not null,
  owner text not null,
  owner_name text not null,
  -- the limits and steps as they hold for this clock, with its level and area
  rule jsonb not null,
  started_at timestamptz not null,
  target_at timestamptz,
  warn_at timestamptz,
  due_at timestamptz,
  steps jsonb not null default '[]',
  -- when there is something to tell next; null when there is nothing
  next_at timestamptz,
  warned_at timestamptz,
  overdue_at timestamptz,
  steps_done int not null default 0,
  holds jsonb not null default '[]',
  pauses jsonb not null default '[]',
  stopped_at timestamptz,
  outcome text,
  counted_seconds double precision,
  unique (clock, subject, started_at)
);
-- job: what has to be told
create index deadline_next on deadline (next_at) where next_at is not null;
-- screen: the overdue board
create index deadline_running on deadline (desk, due_at) where stopped_at is null;
-- screen: the clocks of an incident
create index deadline_incident on deadline (incident) where incident is not null;
-- screen: the weekly sheet
create index deadline_sheet on deadline (desk, started_at) where clock in ('sign', 'depart', 'feedback');

-- days that are not as their weekday says, in Beijing time; hours only where they are not 09:00 to 17:00
create table work_day (
  day date primary key,
  is_workday boolean not null,
  opens text,
  closes text,
  source text not null
);

insert into work_day (day, is_workday, source)
select day::date, false, '国务院办公厅关于2026年部分节假日安排的通知(2025-11-04)'
  from (values ('2026-01-01', '2026-01-03'), ('2026-02-15', '2026-02-23'), ('2026-04-04', '2026-04-06'),
               ('2026-05-01', '2026-05-05'), ('2026-06-19', '2026-06-21'), ('2026-09-25', '2026-09-27'),
               ('2026-10-01', '2026-10-07')) as holiday (first, last),
       generate_series(first::timestamp, last::timestamp, '1 day') as day;
insert into work_day (day, is_workday, source)
select day::date, true, '国务院办公厅关于2026年部分节假日安排的通知(2025-11-04)'
  from unnest(array['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']) as day;
