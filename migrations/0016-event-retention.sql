-- why: the event log is kept for a time that whoever runs the server decides, not the program
-- breaks running servers: no
-- module: kit

alter table event_forgotten
  add column keep interval not null default '7 days' check (keep >= '1 hour');
