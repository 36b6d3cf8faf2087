-- why: what has become due at a desk is found without reading what waits there, however much that is
-- breaks running servers: no
-- module: report

drop index report_waiting;
-- job: reports that nobody has received
create index report_overflow_due on report (desk, (urgency > 1), delivered_at)
  where state = 'delivered' and overflowed_at is null;
create index report_alarm_due on report (desk, (urgency > 1), delivered_at)
  where state = 'delivered' and alarmed_at is null;
