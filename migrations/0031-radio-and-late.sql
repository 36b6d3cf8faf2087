-- why: a step that a unit said by radio names how it came and who wrote it down; what a unit hands in after its slip has ended is marked late
-- breaks running servers: no
-- module: dispatch

-- how the desk heard of a step that it writes down for the unit; nothing where the unit pressed it itself
alter table slip_step add column via text check (via in ('radio', 'phone', 'sms'));

-- module: evidence
-- handed in after the unit's slip had ended, such as a body camera that was read out at the station
alter table attachment add column is_late boolean not null default false;
