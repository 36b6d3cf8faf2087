-- why: what must hold at any minute is looked at and kept; owners show of their tables what the look needs
-- breaks running servers: no

-- module: audit
-- 封条 — a run of entries under one digest that holds the digest before it: a changed, lost or smuggled entry breaks it
create table audit_seal (
  from_id bigint primary key,
  to_id bigint not null,
  entries int not null,
  sealed_at timestamptz not null,
  prev_hash text not null,
  hash text not null
);
create trigger audit_seal_stays before update or delete on audit_seal for each row execute function audit_stays();
create trigger audit_seal_stays_whole before truncate on audit_seal for each statement execute function audit_stays();

-- module: incident
create view incident_course as
  select id, number, desk, state, coalesce(level_confirmed, level_initial) as level,
         left(coalesce(place_confirmed, place_initial)->>'words', 40) as place,
         accepted_at, accepted_by, owner, owner_name, changed_at, next_at, merged_into, close_reason, close_code,
         (place_initial->'raw' is null or place_initial->'raw' ? 'crs')
           and (place_confirmed->'raw' is null or place_confirmed->'raw' ? 'crs') as has_datum
    from incident;
-- job: what is recent; it is written in this order, so that the index is a few pages
create index incident_recent on incident using brin (accepted_at);
create view incident_joined as select incident, report, joined_at from incident_report;

-- module: dispatch
create view slip_course as
  select s.id, s.incident, s.desk, s.unit, s.state, s.issued_at,
         coalesce((select max(t.at) from slip_step t where t.slip = s.id), s.issued_at) as moved_at,
         exists (select from feedback f where f.slip = s.id and f.type in ('final', 'joint')
                  and f.state in ('submitted', 'accepted')) as has_feedback,
         exists (select from feedback f where f.slip = s.id and f.state = 'sent-back') as is_sent_back
    from slip s;

-- module: report
-- since when they are not to be rung, where that was not so from the beginning
alter table report add column hushed_at timestamptz;
create view report_course as
  select id, receipt_code, desk, state, mode, call_safe, delivered_at, received_at, owner, owner_name, incident,
         overflowed_at, alarmed_at, hushed_at, left(place_words, 40) as place
    from report;
create index report_recent on report using brin (delivered_at);
create index report_fix_recent on report_fix using brin (received_at);
create view report_datum as
  select f.report, r.desk, f.raw_crs, f.lng is not null as has_point, f.received_at
    from report_fix f join report r on r.id = f.report;

-- module: desk
create view seat_taken as select desk, seat, staff, staff_name from seat where staff is not null;

-- module: evidence
create view attachment_digest as select id, desk, sha256, bytes, state, at from attachment;

-- module: followup
create view follow_up_course as select id, incident, report, desk, is_major, state, due_at from follow_up;
create view follow_up_contact as
  select a.id, f.report, f.desk, a.channel, a.at from follow_up_attempt a join follow_up f on f.id = a.follow_up;
create view reach_course as select report, ways, from_at, until_at, said_at from reach;

-- module: channel
-- what went out to a reporter outside the app: a call from the desk, words of the dialogue as a text
create view channel_contact as
  select id, report, 'call' as channel, rang_at as at from phone_call where direction = 'out' and report is not null
  union all select id, report, 'sms', sent_at from text_out where kind = 'dialogue' and sent_at is not null;

-- module: deadline
create view deadline_course as
  select id, clock, subject, incident, report, desk, owner, owner_name, started_at, due_at, overdue_at
    from deadline where stopped_at is null;

-- module: closure
create table closure_check (
  invariant text primary key,
  checked_at timestamptz not null,
  -- whether there was anything to look at
  is_tested boolean not null,
  -- where the next look goes on, for what is looked at in turns
  mark text not null default ''
);
create table closure_finding (
  invariant text not null,
  offender text not null,
  desk text,
  since timestamptz not null,
  cleared_at timestamptz,
  primary key (invariant, offender, since)
);
-- screen: what is broken now
create index closure_finding_open on closure_finding (invariant) where cleared_at is null;
