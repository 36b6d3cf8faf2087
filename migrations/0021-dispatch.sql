-- why: slips of several kinds with true times, feedback with a lifecycle of its own, backup, calls for help, read-back
-- breaks running servers: no
-- module: dispatch

alter table slip add column kind text not null default 'police';
-- the unit's name when it was sent
alter table slip add column unit_name text;
alter table slip add column return_reason text;
-- the backup request that it answers
alter table slip add column answers text;
update slip s set unit_name = u.name, kind = case u.kind when 'agency' then 'joint' when 'volunteer' then 'task' when 'grid' then 'task' else 'police' end
  from unit u where u.id = s.unit;
-- screen: the board of slips of a desk
create index slip_desk on slip (desk, issued_at) where state not in ('closed', 'cancelled', 'returned');
create index slip_step_late on slip_step (at);

-- when it was true at the scene; steps of before this were true when they came
alter table slip_step add column happened_at timestamptz;

create table feedback (
  id text primary key,
  number text unique,
  slip text not null references slip,
  incident text not null,
  desk text not null,
  unit text not null,
  type text not null,
  state text not null,
  -- as found, else as the incident had it: what the sums are grouped by
  category text,
  content jsonb not null,
  lng double precision,
  lat double precision,
  happened_at timestamptz not null,
  submitted_at timestamptz,
  submitted_by text,
  sent_back_reason text,
  missing text[] not null default '{}',
  accepted_at timestamptz,
  accepted_by text
);
create index feedback_slip on feedback (slip);
create index feedback_incident on feedback (incident);
-- one arrival and one final feedback of a slip, and one draft of the others at a time
create unique index feedback_once on feedback (slip, type) where type <> 'handling' or state = 'draft';
-- statistics: what feedbacks of a desk add up to over a span
create index feedback_sums on feedback (desk, happened_at) where type in ('final', 'joint') and state <> 'draft';

insert into feedback (id, number, slip, incident, desk, unit, type, state, content, happened_at, submitted_at, submitted_by, accepted_at)
select 'fb_' || substr(s.id, 4), n.number || '-F' || lpad(row_number() over (partition by s.incident order by s.number)::text, 2, '0'),
       s.id, s.incident, s.desk, s.unit, 'final',
       case s.state when 'reported' then 'submitted' when 'closed' then 'accepted' else 'sent-back' end,
       s.feedback, coalesce(t.at, s.issued_at), coalesce(t.at, s.issued_at), coalesce(t.by, ''),
       case when s.state = 'closed' then c.at end
  from slip s
  cross join lateral (select split_part(s.number, '-P', 1) as number) n
  left join lateral (select at, by from slip_step where slip = s.id and move = 'report' order by id desc limit 1) t on true
  left join lateral (select at from slip_step where slip = s.id and state = 'closed' order by id desc limit 1) c on true
 where s.feedback is not null;

create table slip_backup (
  id text primary key,
  incident text not null,
  desk text not null,
  slip text references slip,
  unit text,
  unit_name text,
  danger text,
  kind text not null,
  count int not null,
  words text,
  state text not null,
  asked_at timestamptz not null,
  happened_at timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  answer text,
  reason text
);
create index slip_backup_incident on slip_backup (incident);
-- screen: what nobody has answered at a desk
create index slip_backup_asked on slip_backup (desk, asked_at) where state = 'asked';
-- a raised danger proposes armed backup once
create unique index slip_backup_danger on slip_backup (incident, danger) where danger is not null;

create table unit_panic (
  id text primary key,
  unit text not null,
  unit_name text not null,
  desk text not null,
  slip text,
  incident text,
  state text not null,
  -- units that were near or on the same incident
  told text[] not null default '{}',
  lng double precision,
  lat double precision,
  accuracy_metres double precision,
  happened_at timestamptz not null,
  raised_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  ended_at timestamptz,
  ended_by text,
  how text,
  words text
);
create unique index unit_panic_open on unit_panic (unit) where state <> 'ended';
create index unit_panic_desk on unit_panic (desk) where state <> 'ended';

-- what a unit must be known to have read
create table slip_readback (
  id bigint generated always as identity primary key,
  slip text not null references slip,
  incident text not null,
  what text not null,
  danger text,
  at timestamptz not null,
  due_at timestamptz not null,
  read_at timestamptz,
  read_by text,
  raised_at timestamptz
);
create index slip_readback_slip on slip_readback (slip, what, at);
create index slip_readback_incident on slip_readback (incident) where read_at is not null;
create index slip_readback_due on slip_readback (due_at) where read_at is null and raised_at is null;

create table slip_word (
  id bigint generated always as identity primary key,
  slip text not null references slip,
  kind text not null,
  side text not null,
  words text,
  at timestamptz not null,
  by text not null,
  read_at timestamptz
);
create index slip_word_slip on slip_word (slip, id);

-- slips that stay unsigned, until somebody else is proposed for them
create table slip_proposal (slip text primary key, at timestamptz not null);

-- the dangers of an incident as its units were last told of them
create table slip_danger (
  incident text not null,
  danger text not null,
  at timestamptz not null,
  primary key (incident, danger)
);
